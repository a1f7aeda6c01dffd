/* SPDX-License-Identifier: MIT */
/* STATE/alerts.json (docs/alerts.md), for whoever shows what it says. */
#ifndef CORE_ALERTDOC_H
#define CORE_ALERTDOC_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/json.h"

struct buf;

#define ALERTDOC_BYTES_MAX (64 << 20)

/* Reads its bytes into text, which it initializes and the caller gives to
 * buf_done in any case.  ERR_NOT_FOUND: robin-alert never ran. */
int alertdoc_read(const char *state, struct buf *text, struct err *err);

/* Whether robin-alert wrote it within its own few intervals: its word then
 * stands in place of plain thresholds. */
bool alertdoc_alive(const cJSON *doc, int64_t now_s);

/* Whether an alert is silenced, or another one says it already. */
bool alertdoc_muted(const cJSON *alert);

#endif
