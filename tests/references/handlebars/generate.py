"""Make random templates that Handlebars.js takes, with data and partials, always the same ones; record.mjs then writes down what it makes of them."""

import json
import random
from pathlib import Path

TARGET = Path(__file__).parents[2] / "plugins/languages/handlebars/random.json"
COUNT = 700
COMMON = {
    "name": "Ann",
    "n": 3,
    "zero": 0,
    "yes": True,
    "no": False,
    "nil": None,
    "empty": "",
    "html": '<b a="1">&\'`</b>',
    "list": ["a", "b", "<c>"],
    "none": [],
    "obj": {"name": "Obj", "n": 7, "deep": {"name": "Deep", "list": [1, 2]}},
    "items": [{"name": "Tea", "n": 1, "tags": ["x", "y"]}, {"name": "Cup", "n": 0, "tags": []}],
    "which": "one",
}
PARTIALS = {
    "one": "1:{{name}}{{n}};",
    "two": "\n2 {{#if n}}{{n}}{{else}}-{{/if}}\n{{> one}}\n",
    "box": "[{{> @partial-block}}]",
    "frame": "<\n  {{#if yes}}{{> @partial-block x=n}}{{/if}}\n>\n",
    "slots": "({{#> head}}no head{{/head}}|{{#> body}}no body{{/body}})",
    "loop": "{{#each tags}}{{this}}{{@index}}{{@../index}} {{else}}no tags{{/each}}",
}
TEXTS = ["a", " ", "\n", "  ", "\n  ", "<p>", "</p>\n", "x y", "\t", "\n\n", "-"]
NAMES = ["name", "n", "zero", "yes", "no", "nil", "empty", "html", "list", "none", "obj", "items", "this", ".", "obj.name", "obj.deep.name", "obj/deep/n",
         "../name", "../n", "../../name", "@root.name", "@root.n", "@index", "@key", "@first", "@last", "@../index", "list.[0]", "list.length", "items.[1].name",
         "[name]", "this.name", "./name", "nope", "nope.deep", "tags", "x", "v", "i", "@root.obj.deep.list", "../list", "name.length", "obj.[deep].[name]"]  # fmt: skip
LITERALS = ['"s"', "'t'", "1", "0", "2.5", "-1", "true", "false", "null", "undefined", '""']


class Maker:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pick(self, options: list[str]) -> str:
        return self.random.choice(options)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def name(self) -> str:
        return self.pick(NAMES)

    def value(self, depth: int = 0) -> str:
        if depth < 2 and self.chance(0.12):
            return f"(lookup {self.name()} {self.value(depth + 1)})"
        return self.pick(LITERALS) if self.chance(0.2) else self.name()

    def tag(self, inside: str) -> str:
        return "{{" + "~" * self.chance(0.1) + inside + "~" * self.chance(0.1) + "}}"

    def body(self, depth: int) -> str:
        return "".join(self.statement(depth) for _ in range(self.random.randint(1, 3)))

    def statement(self, depth: int) -> str:
        if self.chance(0.35):
            return self.pick(TEXTS)
        kinds = [self.mustache, self.mustache, self.comment, self.partial]
        return self.random.choice(kinds if depth > 2 else [*kinds, self.block, self.block, self.block, self.partial_block, self.inline])(depth)

    def mustache(self, depth: int) -> str:
        if self.chance(0.1):
            return "{{{" + self.name() + "}}}"
        if self.chance(0.15):
            return self.tag(f"lookup {self.name()} {self.value()}")
        return self.tag(self.pick(["", "", "", "&"]) + self.name())

    def comment(self, depth: int) -> str:
        return self.pick(["{{! c }}", "{{!-- {{c}} --}}", "\n{{! c }}\n", "{{~! c ~}}", "\\{{c}}", "\\\\{{n}}"])

    def block(self, depth: int) -> str:
        word = self.pick(["if", "unless", "each", "each", "with", self.pick(["list", "yes", "no", "obj", "items", "nope", "name", "none", "zero"])])
        plain = word not in ("if", "unless", "each", "with")
        subject = word if plain else f"{word} {self.value()}"
        names = {"each": self.pick(["", "", " as |v|", " as |v i|"]), "with": self.pick(["", "", " as |x|"])}.get(word, "")
        line = self.pick(["", "", "\n"])
        inverse = self.chance(0.15)
        text = self.tag("^" + subject if inverse else "#" + subject + names) + line + self.body(depth + 1)
        if not inverse and self.chance(0.25):
            text += self.tag(f"else if {self.value()}") + self.body(depth + 1)
        if self.chance(0.35):
            text += line + self.tag(self.pick(["else", "^"])) + line + self.body(depth + 1)
        return text + line + self.tag("/" + word) + line

    def called(self) -> str:
        context = self.pick(["", "", "", " this", " obj", " obj.deep", " items.[0]", " nope", " ../this"]).replace("../this", "..")
        named = self.pick(["", "", f" x={self.value()}", f' n=5 name="N{self.random.randint(0, 9)}"'])
        return context + named

    def partial(self, depth: int) -> str:
        name = self.pick(["one", "two", "loop", "slots", "one", '(lookup @root "which")'])
        text = self.tag(f"> {name}{self.called()}")
        return (
            self.pick(["{}", "\n{}\n", "\n  {}\n", "\n\t{}\n"])
            .format(text.replace("{", "{{").replace("}", "}}"))
            .replace("{{{{", "{{")
            .replace("}}}}", "}}")
        )

    def partial_block(self, depth: int) -> str:
        name = self.pick(["box", "frame", "slots", "gone"])
        body = self.body(depth + 1)
        if name == "slots":
            body += f'{{{{#*inline "{self.pick(["head", "body"])}"}}}}{self.body(depth + 1)}{{{{/inline}}}}'
        return self.tag(f"#> {name}{self.called()}") + self.pick(["", "\n"]) + body + self.tag(f"/{name}")

    def inline(self, depth: int) -> str:
        name = self.pick(["in", "one", "head"])
        text = self.tag(f'#*inline "{name}"') + self.body(depth + 2) + self.tag("/inline")
        return text + self.statement(depth + 2) + self.tag(f"> {name}{self.called()}")


def main() -> None:
    templates = list(dict.fromkeys(Maker(seed).body(0) + Maker(-seed - 1).body(0) for seed in range(COUNT)))
    cases = [{"template": template} for template in templates]
    TARGET.write_text(json.dumps({"common": COMMON, "partials": PARTIALS, "cases": cases}), encoding="utf-8")


if __name__ == "__main__":
    main()
