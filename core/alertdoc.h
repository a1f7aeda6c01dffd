/* SPDX-License-Identifier: MIT */
/* STATE/alerts.json (docs/alerts.md), for whoever shows what it says. */
#ifndef CORE_ALERTDOC_H
#define CORE_ALERTDOC_H

#include <stdbool.h>
#include <stdint.h>

#include "core/json.h"

#define ALERTDOC_BYTES_MAX (64 << 20)

/* Whether robin-alert wrote it within its own few intervals: its word then
 * stands in place of plain thresholds. */
bool alertdoc_alive(const cJSON *doc, int64_t now_s);

/* Whether an alert is silenced, or another one says it already. */
bool alertdoc_muted(const cJSON *alert);

#endif
