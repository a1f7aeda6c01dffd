/* SPDX-License-Identifier: MIT */
/* What STATE/alerts.json says: see alertdoc.h. */
#include "core/alertdoc.h"

#include <limits.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/state.h"

#define INTERVALS	 5
#define ALIVE_AT_LEAST_S 120

int
alertdoc_read(const char *state, struct buf *text, struct err *err)
{
	char path[PATH_MAX];

	buf_init(text, ALERTDOC_BYTES_MAX);
	if (state_path(state, STATE_ALERTS, path, sizeof(path), err) != 0)
		return -1;
	return file_read(path, text, err);
}

bool
alertdoc_alive(const cJSON *doc, int64_t now_s)
{
	double as_of_s = json_get_double(doc, "as_of", 0);
	double patience_s = INTERVALS * json_get_double(doc, "interval", 0);

	if (!(patience_s > ALIVE_AT_LEAST_S))
		patience_s = ALIVE_AT_LEAST_S;
	return (double)now_s - as_of_s <= patience_s &&
	       json_get_array(doc, "alerts") != NULL;
}

bool
alertdoc_muted(const cJSON *alert)
{
	return cJSON_IsTrue(
		   cJSON_GetObjectItemCaseSensitive(alert, "silenced")) ||
	       cJSON_IsTrue(
		   cJSON_GetObjectItemCaseSensitive(alert, "inhibited"));
}
