#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges rendered Kubernetes manifests (YAML documents on standard input).

Three judgements, each printed as lines "KIND/NAME: PATH: what is wrong":

schema      against kubernetes-1.20.json beside this file, which is the
            OpenAPI document a 1.20 API server answers, cut to the kinds we
            ship.  Unlike the server, a field it does not know is an error.
security    PodSecurity "restricted", as the Kubernetes documentation states
            it for 1.25 and later; --host-paths allows what the host-metrics
            variant needs: hostPath, mounted read-only.
house       what every container of ours has: limits, probes, a read-only
            root; no token, no network file system, no filled-in secret.

Exit status 1 when anything was found.
"""
import argparse
import json
import os
import sys

import jsonschema
import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
# policy/v1 came with 1.21; its budget has the fields of v1beta1
SAME_AS = {"policy/v1": "policy/v1beta1"}
VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral",
           "persistentVolumeClaim", "projected", "secret"}
NETWORK_VOLUMES = {"nfs", "cephfs", "glusterfs", "azureFile", "smb", "cifs",
                   "quobyte"}


def load_schema():
    with open(os.path.join(HERE, "kubernetes-1.20.json")) as f:
        doc = json.load(f)
    kinds = {}
    for name, d in doc["definitions"].items():
        for gvk in d.get("x-kubernetes-group-version-kind", []):
            version = "/".join(p for p in (gvk["group"], gvk["version"]) if p)
            kinds[version, gvk["kind"]] = name
        if "properties" in d:
            d["additionalProperties"] = False
        if d.get("format") == "int-or-string":
            d["type"] = ["string", "integer"]
        if name.endswith(".resource.Quantity"):
            d["type"] = ["string", "number"]
            d["pattern"] = r"^[0-9]+(\.[0-9]+)?([numkMGTPE]|[KMGTPE]i|e[0-9]+)?$"
    return doc, kinds


def schema_errors(doc, schema, kinds):
    version = doc.get("apiVersion", "")
    key = SAME_AS.get(version, version), doc.get("kind", "")
    if key not in kinds:
        yield "", "no such kind as %s %s" % (version, doc.get("kind"))
        return
    root = {"$ref": "#/definitions/" + kinds[key],
            "definitions": schema["definitions"]}
    for e in jsonschema.Draft4Validator(root).iter_errors(doc):
        yield "/".join(map(str, e.absolute_path)), e.message[:200]


def pod_of(doc):
    if doc.get("kind") == "Pod":
        return doc["spec"]
    return doc.get("spec", {}).get("template", {}).get("spec")


def containers(pod):
    for group in ("initContainers", "containers"):
        for c in pod.get(group, []):
            yield group, c


def security_errors(pod, host_paths):
    whole = pod.get("securityContext", {})
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(name):
            yield name, "must not be set"
    for v in pod.get("volumes", []):
        kind = next(k for k in v if k != "name")
        if kind == "hostPath" and host_paths:
            continue
        if kind not in VOLUMES:
            yield "volumes/" + v["name"], kind + " is not allowed"
    for _, c in containers(pod):
        at, own = c["name"], c.get("securityContext", {})

        def effective(key):
            return own.get(key, whole.get(key))
        if effective("runAsNonRoot") is not True:
            yield at, "runAsNonRoot must be true"
        if effective("runAsUser") == 0:
            yield at, "runAsUser must not be 0"
        if (effective("seccompProfile") or {}).get("type") not in (
                "RuntimeDefault", "Localhost"):
            yield at, "seccompProfile must be RuntimeDefault"
        if own.get("allowPrivilegeEscalation") is not False:
            yield at, "allowPrivilegeEscalation must be false"
        if own.get("privileged"):
            yield at, "privileged must not be set"
        caps = own.get("capabilities", {})
        if caps.get("drop") != ["ALL"] or caps.get("add"):
            yield at, "capabilities must drop ALL and add none"
        for p in c.get("ports", []):
            if p.get("hostPort") and p.get("hostIP") != "127.0.0.1":
                yield at, "hostPort beyond loopback"


def house_errors(pod, probes):
    host = {v["name"] for v in pod.get("volumes", []) if "hostPath" in v}
    if pod.get("automountServiceAccountToken") is not False:
        yield "automountServiceAccountToken", "must be false"
    if not pod.get("terminationGracePeriodSeconds"):
        yield "terminationGracePeriodSeconds", "is missing"
    if len({c["image"] for _, c in containers(pod)}) != 1:
        yield "containers", "more than one image"
    for group, c in containers(pod):
        at = c["name"]
        if c.get("securityContext", {}).get("readOnlyRootFilesystem") is not True:
            yield at, "readOnlyRootFilesystem must be true"
        resources = c.get("resources", {})
        if "memory" not in resources.get("limits", {}):
            yield at, "no memory limit"
        if not {"cpu", "memory"} <= set(resources.get("requests", {})):
            yield at, "no requests of cpu and memory"
        if probes and group == "containers":
            want = ["livenessProbe"]
            if c.get("ports"):
                want += ["startupProbe", "readinessProbe"]
            for p in want:
                if p not in c:
                    yield at, "no " + p
        for m in c.get("volumeMounts", []):
            if m["name"] in host and m.get("readOnly") is not True:
                yield at, m["name"] + " must be mounted read-only"


def volume_errors(doc):
    spec = doc.get("spec", {})
    kinds = set(spec)
    for v in (pod_of(doc) or {}).get("volumes", []):
        kinds |= set(v)
    for k in sorted(kinds & NETWORK_VOLUMES):
        yield "", "%s: the state must never lie on a network file system" % k
    for mode in spec.get("accessModes", []):
        if mode == "ReadWriteMany":
            yield "accessModes", "one node writes: ReadWriteOnce"


def judge(doc, schema, kinds, opts):
    yield from schema_errors(doc, schema, kinds)
    yield from volume_errors(doc)
    if doc.get("kind") == "Secret" and (doc.get("data") or doc.get("stringData")):
        yield "data", "a shipped secret must be empty"
    pod = pod_of(doc)
    if pod:
        yield from security_errors(pod, opts.host_paths)
        yield from house_errors(pod, not opts.no_probes)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--host-paths", action="store_true")
    p.add_argument("--no-probes", action="store_true")
    opts = p.parse_args()
    schema, kinds = load_schema()
    bad = n = 0
    for doc in yaml.safe_load_all(sys.stdin):
        if doc is None:
            continue
        n += 1
        for path, what in judge(doc, schema, kinds, opts):
            bad += 1
            print("%s/%s: %s: %s" % (doc.get("kind"), doc.get(
                "metadata", {}).get("name"), path, what))
    if n == 0:
        print("no document")
    return 1 if bad or n == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
