/* SPDX-License-Identifier: MIT */
/* A dashboard as a document and as a message: see board.h. */
#include "events/board.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"

#define TITLE_BYTES_MAX 320

static const char *const ranges[] = {"hour", "day", "week", "month", "year"};

bool
board_name_valid(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t n = strlen(name);

	return n >= 1 && n <= BOARD_NAME_MAX && name[0] != '-' &&
	       strspn(name, letters) == n;
}

static const char *
range_find(const char *word)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (word != NULL && strcmp(word, ranges[i]) == 0)
			return ranges[i];
	return NULL;
}

static int
put_panel(const cJSON *panel, int i, struct buf *out, struct err *err)
{
	const char *graph = json_get_string(panel, "graph");
	const char *range = range_find(json_get_string(panel, "range"));
	const cJSON *wide = cJSON_GetObjectItemCaseSensitive(panel, "wide");
	struct path path;

	if (graph == NULL || path_parse(graph, strlen(graph), &path, err) != 0)
		return err_set(err, ERR_INVALID,
			       "panels[%d].graph: not the path of a series", i);
	if (range == NULL)
		return err_set(err, ERR_INVALID,
			       "panels[%d].range: hour, day, week, month or "
			       "year",
			       i);
	if (wide != NULL && !cJSON_IsBool(wide))
		return err_set(err, ERR_INVALID,
			       "panels[%d].wide: true or false", i);
	buf_str(out, i > 0 ? ",{\"graph\":" : "{\"graph\":");
	json_string(out, graph);
	buf_fmt(out, ",\"range\":\"%s\",\"wide\":%s}", range,
		cJSON_IsTrue(wide) ? "true" : "false");
	return 0;
}

int
board_check(const cJSON *doc, struct buf *out, struct err *err)
{
	const char *title = json_get_string(doc, "title");
	const cJSON *panels = json_get_array(doc, "panels");
	const cJSON *panel;
	size_t begun = out->len, title_at;
	int i = 0;

	buf_str(out, "{\"title\":");
	title_at = out->len;
	json_string(out, title != NULL ? title : "");
	/* as written: what is no UTF-8 grows by that, and whoever reads it
	 * back must come to the same answer */
	if (title == NULL || *title == '\0' ||
	    out->len - title_at > TITLE_BYTES_MAX + 2)
		return err_set(err, ERR_INVALID, "title: 1 to %d bytes",
			       TITLE_BYTES_MAX);
	if (panels == NULL || cJSON_GetArraySize(panels) > BOARD_PANELS_MAX)
		return err_set(err, ERR_INVALID, "panels: a list of at most %d",
			       BOARD_PANELS_MAX);
	buf_str(out, ",\"panels\":[");
	cJSON_ArrayForEach (panel, panels)
		if (put_panel(panel, i++, out, err) != 0)
			return -1;
	buf_str(out, "]}");
	if (!buf_ok(out) || out->len - begun > BOARD_BYTES_MAX)
		return err_set(err, ERR_TOO_LARGE,
			       "a dashboard has at most %d bytes",
			       BOARD_BYTES_MAX);
	return 0;
}

int
board_take(struct events *db, const cJSON *message, struct err *err)
{
	const char *user = json_get_string(message, "user");
	const char *name = json_get_string(message, "name");
	const cJSON *doc = cJSON_GetObjectItemCaseSensitive(message, "board");
	char key[SLUG_MAX + 1 + BOARD_NAME_MAX + 1];
	struct buf json;
	int rc;

	if (user == NULL || !slug_valid(user, strlen(user)) || name == NULL ||
	    !board_name_valid(name) || doc == NULL)
		return 1;
	(void)snprintf(key, sizeof(key), "%s/%s", user, name);
	if (cJSON_IsNull(doc))
		return events_record_remove(db, BOARD_KIND, key, err);
	buf_init(&json, BOARD_BYTES_MAX + 1);
	rc = board_check(doc, &json, NULL) == 0
		 ? events_record_put(db, BOARD_KIND, key, json.data, err)
		 : 1;
	buf_done(&json);
	return rc;
}
