# SPDX-License-Identifier: MIT
# The image, and what is checked with it.  Not part of `make check`: these
# need root, Podman and mmdebstrap, or a Kubernetes node.
IMAGE     ?= robin:latest
CONTAINER ?= $(firstword $(shell command -v podman docker))

.PHONY: image check-image check-cluster
# with uPlot for live charts where npm can fetch it; without it otherwise
image:
	@$(MAKE) --no-print-directory BUILD=build site-assets || \
	    echo 'robin: no npm, so no live charts in this image'
	$(CONTAINER) build $(if $(filter %podman,$(CONTAINER)),--format docker) -t $(IMAGE) \
	    --build-arg SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) .

check-image:
	@BUILD=$(abspath $(BUILD)) prove -v --timer tests/deploy/image.t tests/deploy/pod.t

# CLUSTER=DIR: what DIR holds is said in tests/deploy/cluster.t
check-cluster:
	@[ -n '$(CLUSTER)' ] || { echo 'make check-cluster CLUSTER=DIR' >&2; exit 2; }
	@BUILD=$(abspath $(BUILD)) CLUSTER=$(abspath $(CLUSTER)) prove -v --timer tests/deploy/cluster.t
