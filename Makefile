# Two commands: `make demo` shows the sample city, `make test` proves everything that can be proved here.
SERVE ?= 1
# Processes that share the tests of `make test`; 0 = one after the other.
WORKERS ?= 2
.PHONY: demo test test-real test-long bench check

demo:
	@SERVE=$(SERVE) scripts/demo

test:
	@scripts/test -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not real and not long and not bench"

# Real files beside the project: make test-real REAL_DATA=DIR
test-real:
	@test -n "$(REAL_DATA)" || { echo "usage: make test-real REAL_DATA=DIR" >&2; exit 2; }
	@REAL_DATA="$(abspath $(REAL_DATA))" scripts/test -m "real and not long"

# Soak, faults, fuzz.
test-long:
	@scripts/test -m long

# Each measured beside its peer, in one run.
bench:
	@scripts/test -m bench

# Style, types and import rules, without tests.
check:
	@scripts/check
