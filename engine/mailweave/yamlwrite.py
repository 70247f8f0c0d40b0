"""Write plain data as YAML that reads back the same."""

from __future__ import annotations

from typing import Any

import yaml

from mailweave.yamlfile import plain_scalar


class _Dumper(yaml.SafeDumper):
    """Quotes what our reader, which follows YAML 1.2, or PyYAML's, which follows 1.1, would take for something else than text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "'" if not isinstance(plain_scalar(text), str) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)


def dump(data: Any) -> str:
    """Mappings, lists, text, numbers, booleans and None as YAML; keys keep their order.

    Example:
        >>> print(dump({"country": "NO", "postal_code": "01067", "points": 3}), end="")
        country: 'NO'
        postal_code: '01067'
        points: 3
    """
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
