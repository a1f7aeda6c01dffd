#!/bin/sh
# SPDX-License-Identifier: MIT
# The manifests on a real Kubernetes node: they apply, every liveness probe
# starts a stopped program again, the pod serves, and it ends gracefully.
# `make check-cluster CLUSTER=DIR`, with a node that DIR describes:
#
#   DIR/admin.conf       kubeconfig of an administrator
#   DIR/bin/kubectl      (else the one in PATH)
#   DIR/netns            name of the network namespace in which the API and
#                        the services are (without this file: realk8s when
#                        there is one, else none)
#   DIR/containerd.pid   process whose mount namespace has the node's
#                        containerd socket
#
# The node shares this machine's kernel and disk.  About eight minutes, most
# of them the probes' patience; PROBES=no leaves that part out.
. "$(dirname "$0")/../t/lib.sh"
. "$(dirname "$0")/containers.sh"
[ -n "${CLUSTER:-}" ] || skip_all "CLUSTER=DIR is not given"
[ -f "$CLUSTER/admin.conf" ] || { echo "Bail out! $CLUSTER has no admin.conf"; exit 1; }
why=$(containers_missing)
[ -z "$why" ] || skip_all "$why"

netns=$(cat "$CLUSTER/netns" 2>/dev/null)
[ -n "$netns" ] || { [ -e /run/netns/realk8s ] && netns=realk8s; }
in_net() { if [ -n "$netns" ]; then nsenter --net="/run/netns/$netns" "$@"; else "$@"; fi; }
kubectl=$CLUSTER/bin/kubectl
[ -x "$kubectl" ] || kubectl=kubectl
k() { in_net "$kubectl" --kubeconfig "$CLUSTER/admin.conf" -n robin "$@"; }
ctr() { nsenter -t "$(cat "$CLUSTER/containerd.pid")" -m ctr -n k8s.io "$@"; }

# --- the image, into the node
podman image exists "$IMAGE" || image_build "$IMAGE" >"$work/build" 2>&1 ||
    { cat "$work/build"; exit 1; }
podman save -q -o "$work/image.tar" "$IMAGE"
ok "the node has the image" ctr images import "$work/image.tar"

# --- the manifests
mkdir "$state"
chown 10001:10001 "$state" "$work"
overlay=single-node
k api-versions | grep -qx policy/v1 || overlay=single-node-1.20
kubectl kustomize "k8s/overlays/$overlay" 2>/dev/null |
    sed "s#image: robin:latest#image: $IMAGE#; s#path: /var/lib/robin\$#path: $state#" >"$work/all.yaml"
forget() { k delete --ignore-not-found --timeout=60s -f "$work/all.yaml" >/dev/null 2>&1; }
trap 'forget; cleanup' EXIT
forget
diag "overlay $overlay"
ok "they apply" k apply -f "$work/all.yaml"
unlike "$(k apply -f "$work/all.yaml")" 'created|configured' "a second time nothing changes"

pod() { k get pod -l app.kubernetes.io/component=server -o jsonpath='{.items[0].metadata.name}'; }
ready() { k wait --for=condition=Ready pod -l app.kubernetes.io/component=server --timeout=1s; }
ok "the pod becomes ready" wait_for 120 ready
k get pods -o wide | sed 's/^/# /'
pod=$(pod)
programs="store collect pictures data site alert nginx"

# --- it serves through the Service
ip=$(k get service robin -o jsonpath='{.spec.clusterIP}')
get() { in_net curl -sf --max-time 10 -o "$work/$1" "http://$ip$2"; }
is_png() { [ "$(head -c 8 "$1" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ]; }
ok "the page comes" wait_for 30 get page /
like "$(cat "$work/page")" '<title>' "and is one"
ok "a picture comes" wait_for 30 get png /g/local/robin/memory/hour.png
ok "and is a PNG" is_png "$work/png"
node=$(k get node -o jsonpath='{.items[0].status.addresses[?(@.type=="InternalIP")].address}')
ok "the node's port serves too" in_net curl -sf --max-time 10 -o /dev/null "http://$node:30080/healthz"

# --- it may do nothing
can() { k auth can-i "$@" --as=system:serviceaccount:robin:robin; }
is "$(can list pods)" no "its account may not list pods"
is "$(can get secrets)" no "nor read secrets"
exits 2 "no token is mounted" k exec "$pod" -c site -- ls /var/run/secrets/kubernetes.io
for p in $programs; do
	seen=$(k exec "$pod" -c "$p" -- sed -n -e 's/^\(Uid\|CapBnd\|NoNewPrivs\|Seccomp\):\s*//p' /proc/1/status | tr '\t\n' '  ')
	is "$seen" "10001 10001 10001 10001 0000000000000000 1 2 " "$p: not root, no capability, filtered"
	exits 1 "$p: its root is read-only" k exec "$pod" -c "$p" -- touch /etc/robin.probe
done

# --- every program is stopped (not killed): the probes have to see it
status_of() { k get pod "$pod" -o jsonpath="{.status.containerStatuses[?(@.name==\"$1\")].$2}"; }
processes() {
	id=$(status_of "$1" containerID)
	ctr tasks ps "${id#*://}" | awk 'NR > 1 {print $1}'
}
if [ "${PROBES:-yes}" = yes ]; then
for p in $programs; do
	is "$(status_of "$p" restartCount)" 0 "$p: not restarted so far"
	# shellcheck disable=SC2046
	kill -STOP $(processes "$p")
done
from=$(date +%s)
restarted() { [ "$(status_of "$1" restartCount)" -ge 1 ]; }
for p in nginx pictures data store site collect alert; do
	ok "$p stopped: its probe has it started again" wait_for 400 restarted "$p"
	diag "after $(($(date +%s) - from)) s"
done
ok "the pod is ready again" wait_for 200 ready
ok "and serves" wait_for 30 get png /g/local/robin/memory/6h.png
k get events --field-selector reason=Unhealthy -o custom-columns=M:.message --no-headers | sort | uniq -c | sed 's/^/# /'
fi

# --- what it acknowledges outlives it
python3 tests/deploy/feeder.py run "$work/acked" \
    "nsenter ${netns:+--net=/run/netns/$netns} $kubectl --kubeconfig $CLUSTER/admin.conf -n robin exec -i $pod -c site -- robin put" &
feeder=$!
pids="$pids $feeder"
ok "samples are acknowledged" wait_for 20 sh -c "[ \$(wc -l <$work/acked) -gt 40 ]"

# --- deletion is graceful: every process 1 ends with success, in good time
uid_of() { k get pod "$pod" -o jsonpath='{.metadata.uid}'; }
uid=$(uid_of)
for p in $programs; do echo "$p $(status_of "$p" containerID)"; done | sed 's#[a-z]*://##' >"$work/ids"
ctr events >"$work/events" 2>/dev/null &
pids="$pids $!"
sleep 1
from=$(date +%s)
ok "deleted" k delete pod "$pod" --timeout=60s
took_s=$(($(date +%s) - from))
diag "within $took_s s"
ok "before its patience ended" [ $took_s -lt 30 ]
kill "$feeder"
python3 - "$work/ids" "$work/events" >"$work/codes" <<'PY'
import json, sys
names = {i: n for n, i in (line.split() for line in open(sys.argv[1]))}
for line in open(sys.argv[2]):
    if " /tasks/exit " not in line:
        continue
    e = json.loads(line[line.index("{"):])
    if e["id"] == e["container_id"] and e["id"] in names:
        print(names[e["id"]], e.get("exit_status", 0))
PY
for p in $programs; do
	is "$(sed -n "s/^$p //p" "$work/codes")" 0 "$p: ended by itself, with success"
done
another() { new=$(uid_of) && [ -n "$new" ] && [ "$new" != "$uid" ]; }
ok "another pod is made" wait_for 60 another
ok "and becomes ready" wait_for 120 ready
for p in $programs; do
	is "$(status_of "$p" restartCount)" 0 "$p: starts at once after its predecessor"
done
new=$pod
k exec "$new" -c store -- robin get local/robin/feed --json --from -6h >"$work/rows"
ok "no acknowledged sample is lost" python3 tests/deploy/feeder.py check "$work/acked" "$work/rows"
diag "$(cat "$work/out")"
ok "everything is deleted" k delete --timeout=90s -f "$work/all.yaml"
done_testing
