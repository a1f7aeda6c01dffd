#!/bin/sh
# SPDX-License-Identifier: MIT
# The Kubernetes manifests: every overlay renders, fits the API's schema, is
# "restricted" and keeps the house rules; and the judge sees what is wrong.
. "$(dirname "$0")/lib.sh"
judge=tests/deploy/manifests.py

# refuses NAME FLAGS SED-SCRIPT REGEX: the base, changed so, is found wrong so
refuses() {
	sed "$3" "$work/single-node" >"$work/changed"
	if cmp -s "$work/changed" "$work/single-node"; then fail "$1"; diag "nothing changed"; return; fi
	# shellcheck disable=SC2086
	found=$($judge $2 <"$work/changed") && { fail "$1"; diag "not seen"; return; }
	like "$found" "$4" "$1"
}

for f in k8s/base k8s/overlays/*; do
	overlay=${f##*/} flags=
	case $overlay in
	host-metrics) flags=--host-paths ;;
	podman) flags=--no-probes ;;
	esac
	ok "$overlay renders" sh -c "kubectl kustomize $f >$work/$overlay"
	ok "$overlay: schema, PodSecurity, house rules" \
	    sh -c "$judge $flags <$work/$overlay"
done

is "$(grep -c '^kind: StatefulSet' "$work/base")" 1 "one pod"
like "$(cat "$work/single-node-1.20")" '^apiVersion: policy/v1beta1' "the overlay for 1.20 has the budget of 1.20"
unlike "$(cat "$work/single-node-1.20")" '^apiVersion: policy/v1$' "and no other"
unlike "$(cat "$work/podman")" 'Probe:|persistentVolumeClaim' "the pod for Podman has no probe and no claim"
like "$(cat "$work/host-metrics")" 'mountPath: /host/proc' "host-metrics mounts the node's /proc"

# what the programs of the pod are told must be in the programs themselves
for p in store collect fcgi site alert; do
	like "$(cat "$work/base")" "robin-$p\$" "the pod runs robin-$p"
done
ok "the configuration in the pod is valid" \
    robin config check --config k8s/base/pod/robin.yml
ok "the configuration of host-metrics is valid" \
    robin config check --config k8s/overlays/host-metrics/robin.yml

ok "the alert file in the pod is valid" robin-alert check k8s/base/pod/alerts.yml

refuses "a misspelt field" "" 's/livenessProbe:/livenesProbe:/' "livenesProbe"
refuses "a text for a number" "" 's/replicas: 1/replicas: "one"/' "replicas"
refuses "a quantity that is none" "" 's/memory: 256Mi/memory: 256 MB/' "256 MB"
refuses "an unknown kind" "" 's/^kind: NetworkPolicy/kind: NetworkPolicies/' "no such kind"
refuses "an old API version" "" 's#networking.k8s.io/v1$#extensions/v1beta1#' "no such kind"
refuses "a capability" "" 's/- ALL/- NET_RAW/' "capabilities"
refuses "a writable root" "" 's/readOnlyRootFilesystem: true/readOnlyRootFilesystem: false/' "readOnlyRoot"
refuses "root" "" 's/runAsNonRoot: true/runAsNonRoot: false/' "runAsNonRoot"
refuses "no seccomp" "" 's/type: RuntimeDefault/type: Unconfined/' "seccomp"
refuses "escalation" "" 's/allowPrivilegeEscalation: false/allowPrivilegeEscalation: true/' "allowPrivilege"
refuses "a mounted token" "" 's/automountServiceAccountToken: false/automountServiceAccountToken: true/' "automount"
refuses "a shared file system" "" 's/^  local:/  nfs:/' "network file system"
refuses "many writers" "" 's/ReadWriteOnce/ReadWriteMany/' "ReadWriteOnce"
refuses "a shipped password" "" 's/^type: Opaque/stringData: {a: b}/' "must be empty"
sed 's/readOnly: true/readOnly: false/' "$work/host-metrics" >"$work/changed"
exits 1 "a writable mount of the host" sh -c "$judge --host-paths <$work/changed"
exits 1 "hostPath without being asked for" sh -c "$judge <$work/host-metrics"
exits 1 "no document at all" sh -c "$judge </dev/null"

ok "yamllint: manifests and compose file" \
    yamllint -s -c tests/deploy/yamllint.yaml k8s compose.yaml
done_testing
