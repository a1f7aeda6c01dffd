#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The OpenAPI document is sound, names every route, and real answers obey
its schemas (a small JSON Schema validator is below)."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import BIN, REPO, Stack, done, equal, ok  # noqa: E402

s = Stack()
subprocess.run([f"{BIN}/robin-collect", "--once", "--state", s.state])
a = s.ask("/api/v1/openapi.json")
doc = a.json()
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool,
         "null": type(None)}


def is_type(v, name):
    if name == "integer":
        return isinstance(v, int) and not isinstance(v, bool)
    if name == "number":
        return isinstance(v, (int, float)) and not isinstance(v, bool)
    return isinstance(v, TYPES[name])


def problems(v, schema, at="$"):
    """What is wrong with v, as a list; refuses keywords it does not know."""
    known = {"$ref", "type", "enum", "properties", "required", "items",
             "additionalProperties", "oneOf"}
    if set(schema) - known:
        return [f"{at}: unknown keywords {set(schema) - known}"]
    if "$ref" in schema:
        node = doc
        for part in schema["$ref"].lstrip("#/").split("/"):
            node = node[part]
        return problems(v, node, at)
    if "oneOf" in schema:
        fits = [x for x in schema["oneOf"] if not problems(v, x, at)]
        return [] if len(fits) == 1 else [f"{at}: fits {len(fits)} of oneOf"]
    bad = []
    if "type" in schema:
        names = schema["type"]
        names = names if isinstance(names, list) else [names]
        if not any(is_type(v, n) for n in names):
            return [f"{at}: {v!r:.60} is no {names}"]
    if "enum" in schema and v not in schema["enum"]:
        bad.append(f"{at}: {v!r} is not in {schema['enum']}")
    if isinstance(v, dict):
        props = schema.get("properties", {})
        rest = schema.get("additionalProperties", {})
        bad += [f"{at}: no {k}" for k in schema.get("required", [])
                if k not in v]
        for k, x in v.items():
            if k in props:
                bad += problems(x, props[k], f"{at}.{k}")
            elif rest is False:
                bad.append(f"{at}: {k} is not described")
            elif rest:
                bad += problems(x, rest, f"{at}.{k}")
    if isinstance(v, list) and "items" in schema:
        for i, x in enumerate(v):
            bad += problems(x, schema["items"], f"{at}[{i}]")
    return bad[:5]


equal(doc["openapi"], "3.1.0", "version")
ids = []
for path, item in doc["paths"].items():
    named = set(re.findall(r"\{(\w+)\}", path))
    for method, op in item.items():
        ids.append(op["operationId"])
        good = "202" if method == "post" else "200"
        ok(method != "post" or op["security"] and op["requestBody"],
           f"{method} {path}: says that it needs a token")
        inside = {p["name"] for p in op["parameters"] if p["in"] == "path"}
        ok(named == inside and op["summary"] and good in op["responses"],
           f"{method} {path} is described", op)
equal(len(ids), len(set(ids)), "operation ids are unique")
names = {re.sub(r"^route_|\.c$", "", f) for f in os.listdir(f"{REPO}/fcgi")
         if re.match(r"route_\w+\.c$", f)}
told = {re.match(r"\w+?_(\w+)_\d+$", i).group(1) for i in ids}
equal(told, names, "every route file is in it")

FILL = {"cluster": "local", "host": "web1", "hosts": "web1,web2",
        "family": "load", "name": "load", "picture": "hour.json",
        "board": "web"}
problem = {"$ref": "#/components/schemas/Problem"}
p = subprocess.run([f"{BIN}/robin", "sign", "--state", s.state,
                    "/g/local/web1/load/hour.json"], capture_output=True,
                   text=True)
ok(p.returncode == 0 and p.stdout.startswith("/s/"), "an address is signed", p)
for key, word in zip(("expires", "signature", "g", "", "", "", "signed"),
                     p.stdout.strip().split("/")[2:]):
    FILL[key] = word
for path, item in doc["paths"].items():
    if path.startswith("/s/"):
        path = path.replace("{picture}", "{signed}").replace("{hosts}", "web1")
    target = re.sub(r"\{(\w+)\}", lambda m: FILL[m.group(1)], path)
    if "{board}" in path:
        a = s.ask(target)
        ok(a.status == 403 and not problems(a.json(), problem),
           f"{path}: is for who is logged in", a)
        continue
    if "get" not in item:
        ok(s.ask(target).status == 405, f"{path}: is not read")
        continue
    need = [p["name"] for p in item["get"]["parameters"]
            if p["in"] == "query" and p["required"]]
    if need:
        target += "?" + "&".join(
            {"path": "path=local/web1/load"}[n] for n in need)
    for t in [target] + ([target + "&maxPoints=9"] if need else []):
        a = s.ask(t)
        kind = (a.header("content-type") or "").split(";")[0]
        content = item["get"]["responses"]["200"]["content"]
        if not ok(a.status == 200 and kind in content,
                  f"{t}: a type that is described", a):
            continue
        if kind == "application/json":
            bad = problems(a.json(), content[kind]["schema"])
            ok(not bad, f"{t}: obeys its schema", "\n".join(bad))
for t in ("/g/local/web1/load/hour.json", "/g/local/web1/traffic/hour.json"):
    bad = problems(s.ask(t).json(), {"$ref": "#/components/schemas/Graph"})
    ok(not bad, f"{t}: obeys its schema", "\n".join(bad))

for t, status in (("/api/v1/hosts?x", 400), ("/api/v1/families/nope", 404),
                  ("/api/v1/nope", 404), ("/g/local/nope/load/day.json", 404)):
    a = s.ask(t)
    bad = problems(a.json(), problem)
    ok(a.status == status and not bad, f"{t}: a problem by its schema", bad)
ok(problems({"status": "well"}, {"$ref": "#/components/schemas/Health"}),
   "the validator can say no")
done()
