#!/bin/sh
# SPDX-License-Identifier: MIT
# Dockerfile and compose.yaml, read: what a reviewer would ask of them.  The
# image itself is built and run by `make check-image`.
. "$(dirname "$0")/lib.sh"

dockerfile=$(sed -e ':a' -e '/\\$/{N;s/\\\n//;ba' -e '}' Dockerfile)
like "$dockerfile" '^USER 10001:10001$' "not root, by number"
like "$dockerfile" '^STOPSIGNAL SIGTERM$' "a stop signal"
like "$dockerfile" '^HEALTHCHECK .*robin.*probe' "a health check without a shell"
like "$dockerfile" 'org.opencontainers.image.licenses="MIT"' "labels"
like "$dockerfile" '^FROM \$\{BASE\} AS build$' "a build stage"
unlike "$dockerfile" '^ADD |--no-check|curl .*\| *sh|:latest' "nothing fetched unseen"
unlike "$dockerfile" '^# *syntax=' "no front end from a registry"
version=$(sed -n 's/^#define ROBIN_VERSION "\(.*\)"/\1/p' core/version.h)
like "$dockerfile" "image.version=\"$version\"" "the label has the version of the programs"

# the packages that tests/deps.sh builds with are those the image builds with
want=$(sed -n '/^build="/,/"$/p' tests/deps.sh | sed 's/build=//' | tr -d '"\n')
for p in $want; do
	like "$dockerfile" "[ \"]$p( |\$|;)" "the build stage has $p"
done

python3 - >"$work/judged" 2>&1 <<'PY'
import yaml
doc = yaml.safe_load(open("compose.yaml"))
pod = next(d for d in yaml.safe_load_all(open("k8s/base/pod/statefulset.yaml")) if d)
pod = pod["spec"]["template"]["spec"]["containers"]
def same(name, a, b):
    print("%s\t%s" % (name, "same" if a == b else "%s, not %s" % (a, b)))
same("services are the pod's containers", sorted(doc["services"]), sorted(c["name"] for c in pod))
for c in pod:
    s = doc["services"][c["name"]]
    words = c["command"] + c.get("args", [])
    if c["name"] == "collect":
        words = words + ["--root", "/host"]
    same(c["name"] + ": command", s["command"], words)
    same(c["name"] + ": user", s["user"], "10001:10001")
    same(c["name"] + ": read-only root", s["read_only"], True)
    same(c["name"] + ": capabilities", s["cap_drop"], ["ALL"])
    same(c["name"] + ": no new privileges", s["security_opt"], ["no-new-privileges:true"])
    same(c["name"] + ": restarts", s["restart"], "unless-stopped")
    same(c["name"] + ": memory", s["mem_limit"].lower() + "i", c["resources"]["limits"]["memory"].lower())
    same(c["name"] + ": the volume", "state:/var/lib/robin" in s["volumes"], True)
    for v in s["volumes"]:
        if v.startswith("/"):
            same(c["name"] + ": " + v + " is read-only", v.endswith(":ro"), True)
for p in doc["services"]["nginx"]["ports"]:
    same("published on loopback only", p.startswith("127.0.0.1:"), True)
PY
tab=$(printf '\t')
while IFS=$tab read -r name got; do
	is "$got" same "compose: $name"
done <"$work/judged"
ok "scripts of deployment: shellcheck" sh -c 'shellcheck -x tests/deploy/*.sh && shellcheck -x -e SC1091,SC2154 tests/t/82*.t'
done_testing
