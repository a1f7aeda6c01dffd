/* SPDX-License-Identifier: MIT */
/* What other programs post: refused, or messages that robin-alert takes. */
#include <stdint.h>
#include <stdlib.h>

#include "alert/foreign.h"
#include "core/buf.h"
#include "core/inbox.h"
#include "events/inbox.h"
#include "fcgi/inbound.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct settings settings = {.interval_s = 10, .inbound_stale_s = 60};

static int
take(const struct buf *message, void *arg, struct err *err)
{
	struct engine *e = arg;
	struct message_alert m;
	const cJSON *one;
	cJSON *json;

	(void)err;
	if (message->len > INBOX_BYTES_MAX)
		abort();
	json = inbox_parse(message->data, message->len, NULL);
	if (json == NULL)
		abort();
	cJSON_ArrayForEach (one, json_get_array(json, "alerts"))
		if (foreign_take(e, "f", one, 1000, 1795176200, &m) < 0)
			abort();
	cJSON_Delete(json);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct engine e;
	struct buf json;

	engine_init(&e, &settings, NULL);
	(void)inbound_read((const char *)data, size, "f", 1795176200, take, &e,
			   NULL);
	buf_init(&json, 1 << 24);
	for (size_t i = 0; i < e.n_alerts; i++) {
		struct message_alert m;

		foreign_step(&e, &e.alerts[i], 2000, 1795176201);
		alert_describe(&e, &e.alerts[i], &m);
		message_alert_json(&m, &json);
	}
	buf_done(&json);
	engine_done(&e);
	return 0;
}
