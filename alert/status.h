/* SPDX-License-Identifier: MIT */
/*
 * STATE/alerts.json: what is active now, for the pages, the API and
 * `robin alert list`.  docs/alerts.md describes it.
 */
#ifndef ALERT_STATUS_H
#define ALERT_STATUS_H

#include "alert/engine.h"
#include "core/err.h"

struct buf;

/* Appends the document: firing and pending alerts, worst first. */
void status_json(const struct engine *e, int64_t now_s, struct buf *out);

/* Writes the file: each look, so that its as_of tells that we are alive. */
int status_write(const struct engine *e, const char *state, int64_t now_s,
		 struct err *err);

#endif
