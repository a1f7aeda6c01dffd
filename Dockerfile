# SPDX-License-Identifier: MIT
# Robin's image: every program and nginx, on Debian slim.
#
#   podman build -t robin .       (or: make image)
#   podman run -p 127.0.0.1:8080:8080 --read-only -v robin:/var/lib/robin robin
#
# Without a command it is `robin run`, the whole stack in one container, to
# try it.  compose.yaml and k8s/ run one program in each container instead.
#
# The same source, base image and package versions give the same bytes:
#   BASE                the image to start from, by digest if it must not move
#   DEBIAN_MIRROR       a dated mirror's address, and with it
#   DEBIAN_SNAPSHOT     e.g. 20260101T000000Z: packages as of that moment
#   SOURCE_DATE_EPOCH   the time of every file made here
ARG BASE=debian:bookworm-slim

# --- the programs --------------------------------------------------------------
FROM ${BASE} AS build
ARG DEBIAN_MIRROR=
ARG DEBIAN_SNAPSHOT=
RUN set -eu; \
    if [ -n "$DEBIAN_SNAPSHOT" ]; then \
        rm -f /etc/apt/sources.list.d/*; \
        printf "deb [check-valid-until=no] $DEBIAN_MIRROR/%s\n" \
            "debian/$DEBIAN_SNAPSHOT bookworm main" \
            "debian-security/$DEBIAN_SNAPSHOT bookworm-security main" \
            >/etc/apt/sources.list; \
    fi; \
    apt-get -q update; \
    DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends \
        gcc make pkg-config libc6-dev librrd-dev libfcgi-dev libcjson-dev \
        libcurl4-openssl-dev libyaml-dev libcmark-dev libseccomp-dev \
        libsqlite3-dev libxxhash-dev zlib1g-dev libcairo2-dev
COPY . /src
WORKDIR /src
# uPlot, where `make site-assets` fetched it before: live charts are optional
RUN if [ -d build/gen/assets ]; then \
        mkdir -p /build/gen && cp -a build/gen/assets /build/gen/; \
    fi; \
    make -j"$(nproc)" BUILD=/build DESTDIR=/out PREFIX=/usr LDFLAGS=-s \
        CFLAGS='-ffile-prefix-map=/src=. -ffile-prefix-map=/build=build' install

# --- what runs -----------------------------------------------------------------
FROM ${BASE}
ARG DEBIAN_MIRROR=
ARG DEBIAN_SNAPSHOT=
ARG SOURCE_DATE_EPOCH=1795132800
# One layer: packages, user, folders, the font cache (made here because the
# root is read-only later); then whatever differs from build to build goes.
RUN --mount=type=bind,from=build,source=/out,target=/out set -eu; \
    if [ -n "$DEBIAN_SNAPSHOT" ]; then \
        rm -f /etc/apt/sources.list.d/*; \
        printf "deb [check-valid-until=no] $DEBIAN_MIRROR/%s\n" \
            "debian/$DEBIAN_SNAPSHOT bookworm main" \
            "debian-security/$DEBIAN_SNAPSHOT bookworm-security main" \
            >/etc/apt/sources.list; \
    fi; \
    apt-get -q update; \
    DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends \
        librrd8 libfcgi0ldbl libcjson1 libcurl4 libyaml-0-2 libcmark0.30.2 \
        libseccomp2 libsqlite3-0 libxxhash0 libssl3 zlib1g libcairo2 \
        nginx-light ca-certificates fonts-inter fonts-dejavu-core; \
    groupadd -g 10001 robin; \
    useradd -u 10001 -g 10001 -d /var/lib/robin -M -s /usr/sbin/nologin robin; \
    cp /out/usr/bin/* /usr/bin/; \
    cp -R /out/usr/share/robin /usr/share/; \
    install -d -o 10001 -g 10001 -m 0750 /var/lib/robin; \
    install -d /etc/robin /usr/share/robin/pod; \
    cd /usr/share/robin/pod; \
    ln -s ../nginx/nginx.conf nginx.conf; \
    ln -s ../nginx nginx; \
    printf '%s\n' 'listen 8080;' 'set $robin_share /usr/share/robin/nginx;' >listen.conf; \
    find /usr/share/fonts -newermt "@$SOURCE_DATE_EPOCH" \
        -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +; \
    fc-cache -f; \
    apt-get -q clean; \
    rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/debconf/*-old \
        /var/cache/ldconfig/* /var/lib/dpkg/*-old /etc/*- /tmp/* /run/*; \
    find / -xdev -newermt "@$SOURCE_DATE_EPOCH" ! -path '/proc/*' ! -path '/sys/*' \
        ! -path '/out/*' -exec touch -hd "@$SOURCE_DATE_EPOCH" {} + 2>/dev/null || :
LABEL org.opencontainers.image.title="robin" \
      org.opencontainers.image.description="Monitoring with round-robin archives: collectors, FastCGI pictures, static site" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.base.name="debian:bookworm-slim"
USER 10001:10001
WORKDIR /var/lib/robin
VOLUME /var/lib/robin
EXPOSE 8080
STOPSIGNAL SIGTERM
# The probe looks which of Robin's programs is process 1 here.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["robin", "probe"]
CMD ["robin", "run", "--listen", "*:8080"]
