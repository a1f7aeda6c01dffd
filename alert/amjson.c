/* SPDX-License-Identifier: MIT */
/* Labels and annotations as Alertmanager has them: see amjson.h. */
#include "alert/amjson.h"

#include <string.h>

#include "core/buf.h"
#include "core/json.h"

static void
put(struct buf *out, const char *name, const char *value)
{
	if (*value == '\0')
		return;
	json_key(out, name);
	json_string(out, value);
}

static bool
is_ours(const char *name)
{
	static const char *const ours[] = {"alertname", "severity", "cluster",
					   "host", "series"};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strcmp(ours[i], name) == 0)
			return true;
	return false;
}

void
amjson_labels(const struct message_alert *a, struct buf *out)
{
	buf_char(out, '{');
	put(out, "alertname", a->rule);
	put(out, "severity", alert_level_name(a->level));
	put(out, "cluster", a->cluster);
	put(out, "host", a->host);
	put(out, "series", a->series);
	for (size_t i = 0; i < a->n_labels; i++)
		if (!is_ours(a->labels[i].name))
			put(out, a->labels[i].name, a->labels[i].value);
	buf_char(out, '}');
}

void
amjson_annotations(const struct message *m, const struct message_alert *a,
		   struct buf *out)
{
	struct buf url;

	buf_init(&url, 4096);
	message_graph_url(m, a, &url);
	buf_char(out, '{');
	put(out, "summary", a->summary);
	put(out, "description", a->reason);
	put(out, "value", a->value);
	put(out, "runbook_url", a->runbook);
	put(out, "graph", url.data);
	put(out, "robin_origin", a->origin);
	buf_char(out, '}');
	buf_done(&url);
}

void
amjson_url(const struct message *m, const struct message_alert *a,
	   struct buf *out)
{
	struct buf url;

	buf_init(&url, 4096);
	message_page_url(m, a, &url);
	json_string(out, url.data);
	buf_done(&url);
}
