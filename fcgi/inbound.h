/* SPDX-License-Identifier: MIT */
/*
 * Alerts of other programs: the body that Alertmanager's webhook receiver or
 * its v2 API gets, made into messages for robin-alert (kind "inbound" of
 * docs/alerts.md).  Pure; fuzzed.
 */
#ifndef FCGI_INBOUND_H
#define FCGI_INBOUND_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct buf;

#define INBOUND_BYTES_MAX  (1024 * 1024)
#define INBOUND_ALERTS_MAX 1000
#define INBOUND_LABELS_MAX 64

/*
 * Reads a webhook document (version 4) or an array of the v2 API and hands
 * over messages of at most INBOX_BYTES_MAX bytes with as many alerts each as
 * fit.  from: who sent it.  Everything is checked before the first message:
 * each alert needs a label alertname.  Long texts are cut.  How many alerts,
 * or -1 (ERR_INVALID, ERR_TOO_LARGE, or what emit said).
 */
int inbound_read(const char *text, size_t len, const char *from, int64_t now_s,
		 int (*emit)(const struct buf *message, void *arg,
			     struct err *err),
		 void *arg, struct err *err);

#endif
