/* SPDX-License-Identifier: MIT */
/* An inbox file's bytes: what is accepted can be written and read. */
#include <stdint.h>
#include <stdlib.h>

#include "core/buf.h"
#include "events/event.h"
#include "events/inbox.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct event event;
	struct buf extra, out;
	cJSON *json, *back;

	json = inbox_parse((const char *)data, size, NULL);
	if (json == NULL)
		return 0;
	buf_init(&extra, EVENT_DATA_MAX);
	buf_init(&out, 1 << 20);
	if (event_from_json(json, 1795176200, &extra, &event, NULL) == 0) {
		event_to_json(&event, &out);
		back = json_parse(out.data, out.len, 1 << 20, NULL);
		if (back == NULL)
			abort();
		cJSON_Delete(back);
	}
	cJSON_Delete(json);
	buf_done(&extra);
	buf_done(&out);
	return 0;
}
