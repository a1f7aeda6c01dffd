/* SPDX-License-Identifier: MIT */
/*
 * What the alert routes share: reading STATE/alerts.json, and turning a
 * posted JSON object into a message for robin-alert (core/inbox.h).
 */
#ifndef FCGI_ASK_H
#define FCGI_ASK_H

#include "core/json.h"
#include "fcgi/serve.h"

/* The document; NULL with ERR_NOT_FOUND when robin-alert never ran. */
cJSON *ask_alerts(const char *state, struct err *err);

/*
 * Reads the body, has make write the message the object asks for, drops it
 * and answers 202 with its uid.  make sets ERR_INVALID on what it refuses.
 */
int ask_post(struct exchange *x,
	     int (*make)(struct exchange *x, const cJSON *json, struct buf *out,
			 struct err *err),
	     struct err *err);

/*
 * Takes alerts of other programs (fcgi/inbound.h) and answers 202 once they
 * are on the disk.  After a failure halfway the sender repeats all of it,
 * which changes nothing.
 */
int ask_inbound(struct exchange *x, struct err *err);

/* Appends as_of and data_age (null when nobody looked yet). */
void ask_age(const cJSON *doc, int64_t now_s, struct buf *out);

/* Appends a parsed value as it is. */
int ask_print(const cJSON *json, struct buf *out, struct err *err);

#endif
