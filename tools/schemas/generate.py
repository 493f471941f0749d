#!/usr/bin/env python3
"""Make src/kube/schema/table.deflate: what Kubernetes and Kyverno say of the fields of their kinds.

    pip download --no-deps --dest /tmp/schemas kubernetes-validate==1.37.0
    python3 tools/schemas/generate.py /tmp/schemas/kubernetes_validate-*.whl PATH/TO/kyverno/config/crds

The first argument is the PyPI package `kubernetes-validate`, which ships the JSON schemas of Kubernetes 1.25 to
1.37; the second a folder with Kyverno's custom resource definitions (1.19). What neither says - scopes, closed sets
of values - is in facts.txt beside this file. Only names, types and numbers are taken, no texts. `--text` prints the
table in place of compressing it. Needs PyYAML.

The notation is told at the head of src/kube/schema/table.rs, which reads it.
"""

import json
import pathlib
import re
import sys
import zipfile
import zlib

import yaml

HERE = pathlib.Path(__file__).parent
TABLE = HERE.parent.parent / "src/kube/schema/table.deflate"
META = "meta.v1.ObjectMeta"
# Objects that the API server answers with, and that nobody submits.
NOT_SUBMITTED = {"APIGroup", "APIResourceList", "APIVersions", "Status"}


def facts():
    cluster, namespaced, enums = set(), set(), {}
    for line in (HERE / "facts.txt").read_text().splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        sort, name, rest = words[0], words[1], words[2:]
        if sort == "enum":
            enums[name] = rest
        else:
            group = "" if name == "core" else name
            {"cluster": cluster, "namespaced": namespaced}[sort].update((group, kind) for kind in rest)
    return cluster, namespaced, enums


def short(name):
    """`io.k8s.api.core.v1.Pod` -> `core.v1.Pod`."""
    return ".".join(name.split(".")[-3:])


# Shapes.

SCALARS = {"string": "s", "boolean": "b", "integer": "i", "number": "n"}
FORMATS = {"date-time": "d", "byte": "x"}


def kubernetes_shape(schema, definitions):
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        target = definitions[name]
        if name.endswith(".Quantity"):
            return "q"
        if target.get("properties"):
            return "@" + short(name)
        return kubernetes_shape(target, definitions)
    if "oneOf" in schema:
        return "t"
    kind = schema.get("type")
    kind = next((one for one in kind if one != "null"), None) if isinstance(kind, list) else kind
    if kind == "array":
        return "[" + kubernetes_shape(schema["items"], definitions)
    if kind == "object":
        values = schema.get("additionalProperties")
        return "<" + (kubernetes_shape(values, definitions) if isinstance(values, dict) else "*")
    return FORMATS.get(schema.get("format"), SCALARS.get(kind, "*"))


def merge_notes(schema):
    """How lists are merged: `#` and the keys of items, `+` for a set, `%` and the key of patches."""
    notes = []
    if schema.get("x-kubernetes-list-map-keys"):
        notes.append("#" + ",".join(schema["x-kubernetes-list-map-keys"]))
    elif schema.get("x-kubernetes-list-type") == "set":
        notes.append("+")
    if "merge" in schema.get("x-kubernetes-patch-strategy", "").split(","):
        notes.append("%" + schema.get("x-kubernetes-patch-merge-key", ""))
    return notes


class Table:
    def __init__(self):
        self.kinds = {}  # (group, version, kind) -> (plural, scope, type, versions)
        self.types = {}  # name -> field -> line -> versions
        self.required = {}  # name -> field -> required by the newest version that has it
        self.open = set()

    def field(self, owner, name, line, required, version):
        lines = self.types.setdefault(owner, {}).setdefault(name, {})
        lines.setdefault(line, []).append(version)
        # The newest version's word counts for all: Kubernetes mended many that were never required.
        self.required[owner, name] = required


def read_kubernetes(table, archive, minor, cluster, namespaced, enums):
    file = f"kubernetes_validate/kubernetes-json-schema/v1.{minor}.0-local/_definitions.json"
    definitions = json.loads(archive.read(file))["$defs"]
    for name, schema in definitions.items():
        if not schema.get("properties") or name.endswith("List"):
            continue
        own = short(name)
        for field, property in schema["properties"].items():
            shape = kubernetes_shape(property, definitions)
            if f"{own}.{field}" in enums:
                shape = "(" + "|".join(enums[f"{own}.{field}"])
            line = " ".join([shape, *merge_notes(property)])
            table.field(own, field, line, field in schema.get("required", []), minor)
        kinds = schema.get("x-kubernetes-group-version-kind", [])
        if len(kinds) == 1 and kinds[0]["kind"] not in NOT_SUBMITTED:
            group, version, kind = kinds[0]["group"], kinds[0]["version"], kinds[0]["kind"]
            if (group, kind) not in cluster | namespaced:
                sys.exit(f"facts.txt does not say the scope of {kind} of the group `{group}`")
            scope = "C" if (group, kind) in cluster else "N"
            entry = table.kinds.setdefault((group, version, kind), [plural(kind), scope, own, []])
            entry[3].append(minor)


def plural(kind):
    lower = kind.lower()
    if lower.endswith(("endpoints", "parameters")):
        return lower
    if lower.endswith(("s", "x")):
        return lower + "es"
    if re.search("[^aeiou]y$", lower):
        return lower[:-1] + "ies"
    return lower + "s"


# Custom resource definitions: their types have no names, so that equal ones share a number.


class Numbered:
    def __init__(self, table):
        self.table, self.names = table, {}

    def shape(self, schema):
        if schema.get("x-kubernetes-int-or-string"):
            return "t"
        if schema.get("enum"):
            return "(" + "|".join(str(one).replace(" ", "~") for one in schema["enum"])
        kind, open_ = schema.get("type"), schema.get("x-kubernetes-preserve-unknown-fields")
        if kind == "array":
            return "[" + self.shape(schema["items"])
        if schema.get("properties"):
            return "@" + self.named(schema, open_)
        if kind == "object":
            values = schema.get("additionalProperties")
            return "<" + (self.shape(values) if isinstance(values, dict) else "*")
        if open_:
            return "*"
        return FORMATS.get(schema.get("format"), SCALARS.get(kind, "*"))

    def fields(self, schema, **known):
        required = set(schema.get("required", []))
        field = lambda name, inner: " ".join([known.get(name) or self.shape(inner), *merge_notes(inner)])
        must = lambda name, inner: name in required and "default" not in inner
        return {name: (field(name, inner), must(name, inner)) for name, inner in schema["properties"].items()}

    def named(self, schema, open_, **known):
        fields = self.fields(schema, **known)
        key = (tuple(sorted(fields.items())), bool(open_))
        if key not in self.names:
            name = self.names[key] = f"k{len(self.names)}"
            for field, (line, required) in fields.items():
                self.table.field(name, field, line, required, None)
            if open_:
                self.table.open.add(name)
        return self.names[key]


def read_definition(table, numbered, text):
    spec = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))["spec"]
    for version in spec["versions"]:
        schema = version["schema"]["openAPIV3Schema"]
        name = numbered.named(schema, False, metadata="@" + META)
        scope = "C" if spec["scope"] == "Cluster" else "N"
        scope += "D" if version.get("deprecated") else ""
        key = (spec["group"], version["name"], spec["names"]["kind"])
        table.kinds[key] = [spec["names"]["plural"], scope, name, []]


# The text.


def since(versions, every):
    """The versions as a range, empty when all."""
    versions = sorted(version for version in versions if version)
    if not versions or versions == every:
        return ""
    if versions != list(range(versions[0], versions[-1] + 1)):
        sys.exit(f"these versions are no range: {versions}")
    last = "" if versions[-1] == every[-1] else str(versions[-1])
    return f" {versions[0]}-{last}"


def text(table, every):
    lines = [f"versions {every[0]}-{every[-1]}"]
    for (group, version, kind), (plural, scope, name, versions) in sorted(table.kinds.items()):
        lines.append(f"!{group}/{version} {kind} {plural} {scope} {name}{since(versions, every)}")
    for name in sorted(reachable(table)):
        lines.append(f"={name}{' *' if name in table.open else ''}")
        for field, shapes in sorted(table.types[name].items()):
            must = "!" if table.required[name, field] else ""
            for line, versions in sorted(shapes.items()):
                lines.append(f"{field}{must} {line}{since(versions, every)}")
    return "\n".join(lines) + "\n"


def reachable(table):
    todo, seen = [entry[2] for entry in table.kinds.values()], set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            for shapes in table.types[name].values():
                todo += [one for line in shapes for one in re.findall(r"@(\S+)", line)]
    return seen


def main():
    arguments = [one for one in sys.argv[1:] if one != "--text"]
    archive = zipfile.ZipFile(arguments[0])
    found = (re.search(r"/v1\.(\d+)\.0-local/_definitions.json$", name) for name in archive.namelist())
    every = sorted({int(one[1]) for one in found if one})
    table, (cluster, namespaced, enums) = Table(), facts()
    for minor in every:
        read_kubernetes(table, archive, minor, cluster, namespaced, enums)
    if unknown := [name for name in enums if not table.types.get(name.rsplit(".", 1)[0], {}).get(name.rsplit(".", 1)[1])]:
        sys.exit(f"facts.txt has values for fields that do not exist: {unknown}")
    numbered = Numbered(table)
    for path in sorted(pathlib.Path(arguments[1]).glob("*.yaml")):
        read_definition(table, numbered, path.read_text())
    made = text(table, every)
    if "--text" in sys.argv:
        return print(made, end="")
    TABLE.write_bytes(zlib.compress(made.encode(), 9))
    print(f"{len(made)} bytes, {TABLE.stat().st_size} compressed, {len(table.kinds)} kinds", file=sys.stderr)


if __name__ == "__main__":
    main()
