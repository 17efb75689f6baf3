"""The sample city: a fictitious county-level city that looks and behaves like a real one, made from a seed.

`generate` gives it as plain records, `write_files` as files such as an authority would hand over, `rule_files` names its admission lists,
`duty_file` the duties of its people.
"""

from layers.sample_city.city import DEFAULT_SEED, DEFAULT_VILLAGES, generate
from layers.sample_city.files import duty_file, rule_files, write_files
from layers.sample_city.records import SampleCity

__all__ = ["DEFAULT_SEED", "DEFAULT_VILLAGES", "SampleCity", "duty_file", "generate", "rule_files", "write_files"]
