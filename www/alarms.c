/* SPDX-License-Identifier: MIT */
/* What the alert engine says is firing: see alarms.h. */
#include "www/alarms.h"

#include <stdlib.h>
#include <string.h>

#include "core/alertdoc.h"
#include "core/buf.h"
#include "core/json.h"
#include "core/path.h"

void
alarms_done(struct alarms *a)
{
	for (size_t i = 0; i < a->n; i++) {
		free(a->list[i].host);
		free(a->list[i].series);
	}
	free(a->list);
	cJSON_Delete(a->doc);
	*a = (struct alarms){0};
}

/* Copies text without " on HOST", which the row and the sentence say. */
static void
take_summary(const char *summary, const char *host, char *out, size_t size)
{
	const char *at;
	struct buf on;
	size_t n;

	buf_init(&on, 1024);
	buf_str(&on, " on ");
	slug_text(&on, host);
	at = buf_ok(&on) ? strstr(summary, on.data) : NULL;
	if (at != NULL && (at[on.len] == ' ' || at[on.len] == '\0'))
		(void)snprintf(out, size, "%.*s%s", (int)(at - summary),
			       summary, at + on.len);
	else
		(void)snprintf(out, size, "%s", summary);
	buf_done(&on);
	/* never half a character at the end */
	n = strlen(out);
	if (n + 1 < size)
		return;
	while (n > 0 && ((unsigned char)out[n - 1] & 0xc0) == 0x80)
		n--;
	if (n > 0 && (unsigned char)out[n - 1] >= 0xc0)
		n--;
	out[n] = '\0';
}

static int
take_alarm(const cJSON *j, struct alarm *out)
{
	const char *state = json_get_string(j, "state");
	const char *severity = json_get_string(j, "severity");
	const char *cluster = json_get_string(j, "cluster");
	const char *host = json_get_string(j, "host");
	const char *series = json_get_string(j, "series");
	const char *summary = json_get_string(j, "summary");

	/* what belongs to no host is on the alerts' own page */
	if (state == NULL || cluster == NULL || host == NULL || summary == NULL)
		return 0;
	*out = (struct alarm){
	    .since_s = (int64_t)json_get_double(j, "since", 0),
	    .pending = strcmp(state, "firing") != 0,
	    .muted = alertdoc_muted(j),
	    .acked = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "acked")),
	};
	out->finding.state =
	    severity != NULL && strcmp(severity, "critical") == 0
		? HEALTH_CRITICAL
		: HEALTH_WARNING;
	out->finding.value = json_get_double(j, "value", 0);
	take_summary(summary, host, out->finding.text,
		     sizeof(out->finding.text));
	if (asprintf(&out->host, "%s/%s", cluster, host) < 0)
		return 0;
	out->series = strdup(series != NULL ? series : "");
	if (out->series != NULL)
		return 1;
	free(out->host);
	return 0;
}

static void
take_all(struct alarms *a, const cJSON *list)
{
	int total = cJSON_GetArraySize(list);
	const cJSON *j;

	a->list = calloc((size_t)total + 1, sizeof(*a->list));
	if (a->list == NULL)
		return;
	cJSON_ArrayForEach (j, list) {
		if (!take_alarm(j, &a->list[a->n]))
			continue;
		/* the engine's own order */
		a->list[a->n].finding.over = (double)total - (double)a->n;
		a->n++;
	}
}

void
alarms_parse(struct alarms *a, const char *text, size_t len, int64_t now_s)
{
	cJSON *j = json_parse(text, len, ALERTDOC_BYTES_MAX, NULL);

	alarms_done(a);
	if (j == NULL)
		return;
	if (alertdoc_alive(j, now_s)) {
		take_all(a, json_get_array(j, "alerts"));
		a->alive = a->list != NULL;
	}
	if (a->alive)
		a->doc = j;
	else
		cJSON_Delete(j);
}

void
alarms_read(struct alarms *a, const char *state, int64_t now_s)
{
	struct buf b;

	if (alertdoc_read(state, &b, NULL) == 0)
		alarms_parse(a, b.data, b.len, now_s);
	else
		alarms_done(a);
	buf_done(&b);
}
