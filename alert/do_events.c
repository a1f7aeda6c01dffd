/* SPDX-License-Identifier: MIT */
/* robin events: what happened; and robin events add: note something. */
#include <stdio.h>
#include <string.h>

#include "alert/command.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/inbox.h"
#include "core/json.h"
#include "core/when.h"
#include "events/store.h"

struct events_args {
	const char *from, *to, *kind, *tag, *host, *cluster, *text, *until;
	int64_t limit;
	bool json;
};

struct printing {
	bool json;
	struct buf line;
};

static int
print(const struct event *e, void *arg)
{
	struct printing *p = arg;
	char when[CLOCK_RFC3339_SIZE];

	if (p->json) {
		buf_reset(&p->line);
		event_to_json(e, &p->line);
		(void)printf("%s\n", p->line.data);
		return 0;
	}
	clock_rfc3339(e->time_s, when);
	(void)printf("%s  %-10s  %s%s%s%s\n", when, e->kind, e->host,
		     *e->host != '\0' ? ": " : "", e->title,
		     e->until_s == EVENT_OPEN ? " (not over)" : "");
	return 0;
}

static int
parse_time(const char *text, int64_t *out, struct err *err)
{
	if (text == NULL)
		return 0;
	return when_parse(text, strlen(text), clock_wall_s(), out, err);
}

static int
show(const struct common *c, const struct events_args *a, struct err *err)
{
	struct events_filter f = {.kind = a->kind,
				  .tag = a->tag,
				  .host = a->host,
				  .cluster = a->cluster,
				  .limit = (int32_t)a->limit};
	struct printing p = {.json = a->json};
	struct events *e;
	int rc;

	if (parse_time(a->from, &f.from_s, err) != 0 ||
	    parse_time(a->to, &f.to_s, err) != 0)
		return -1;
	e = events_open_ro(c->program.state, err);
	if (e == NULL)
		return err != NULL && err->code == ERR_NOT_FOUND ? 0 : -1;
	buf_init(&p.line, 256 * 1024);
	rc = events_each(e, &f, print, &p, err);
	buf_done(&p.line);
	events_close(&e);
	return rc;
}

static void
put(struct buf *b, const char *name, const char *value)
{
	if (value == NULL)
		return;
	json_key(b, name);
	json_string(b, value);
}

static int
add(const struct common *c, const struct events_args *a, const char *title,
    struct err *err)
{
	int64_t time_s = clock_wall_s(), until_s = 0;
	char name[INBOX_NAME_SIZE];
	struct event event;
	struct buf b, data;
	cJSON *json;
	int rc = -1;

	if (parse_time(a->from, &time_s, err) != 0 ||
	    parse_time(a->until, &until_s, err) != 0)
		return -1;
	buf_init(&b, INBOX_BYTES_MAX);
	buf_init(&data, EVENT_DATA_MAX);
	buf_char(&b, '{');
	put(&b, "kind", a->kind != NULL ? a->kind : "annotation");
	put(&b, "title", title);
	put(&b, "text", a->text);
	put(&b, "host", a->host);
	put(&b, "cluster",
	    a->cluster != NULL ? a->cluster
	    : a->host != NULL  ? c->program.conf.cluster
			       : NULL);
	buf_fmt(&b, ",\"time\":%lld,\"until\":%lld", (long long)time_s,
		(long long)until_s);
	if (a->tag != NULL) {
		json_key(&b, "tags");
		buf_char(&b, '[');
		json_string(&b, a->tag);
		buf_char(&b, ']');
	}
	buf_char(&b, '}');
	/* refused here, with a word, rather than in the quarantine */
	json = json_parse(b.data, b.len, INBOX_BYTES_MAX, err);
	if (json != NULL &&
	    event_from_json(json, clock_wall_s(), &data, &event, err) == 0)
		rc = inbox_drop(c->program.state, b.data, b.len, name, err);
	cJSON_Delete(json);
	buf_done(&data);
	buf_done(&b);
	return rc;
}

int
do_events(int argc, char **argv)
{
	static struct common c;
	struct events_args a = {.limit = 100};
	const struct opt opts[] = {
	    COMMON_OPTS(&c),
	    {.name = "from",
	     .type = OPT_STRING,
	     .arg = "TIME",
	     .help = "Events that touch what is after (add: its time)",
	     .value = &a.from},
	    {.name = "to",
	     .type = OPT_STRING,
	     .arg = "TIME",
	     .help = "And before",
	     .value = &a.to},
	    {.name = "until",
	     .type = OPT_STRING,
	     .arg = "TIME",
	     .help = "add: its end",
	     .value = &a.until},
	    {.name = "kind",
	     .type = OPT_STRING,
	     .arg = "WORD",
	     .help = "alert, annotation, heal, chaos, clock, robin…",
	     .value = &a.kind},
	    {.name = "tag",
	     .type = OPT_STRING,
	     .arg = "TAG",
	     .help = "With this tag",
	     .value = &a.tag},
	    {.name = "host",
	     .type = OPT_STRING,
	     .arg = "HOST",
	     .help = "Of this host",
	     .value = &a.host},
	    {.name = "cluster",
	     .type = OPT_STRING,
	     .arg = "NAME",
	     .help = "Of this cluster",
	     .value = &a.cluster},
	    {.name = "text",
	     .type = OPT_STRING,
	     .arg = "TEXT",
	     .help = "add: more words",
	     .value = &a.text},
	    {.name = "limit",
	     .type = OPT_INT,
	     .arg = "N",
	     .help = "At most so many, the newest",
	     .value = &a.limit,
	     .min = 1,
	     .max = 10000},
	    {.name = "json",
	     .type = OPT_FLAG,
	     .help = "A JSON object a line",
	     .value = &a.json},
	};
	const struct opt_command cmd = {
	    .name = "robin events",
	    .synopsis = "[add TITLE]",
	    .brief = "what happened: alerts, notes, healing, chaos",
	    .about = "Lists the newest first.  \"add\" notes something, such "
		     "as a deployment, to be seen beside the curves.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_max = 2,
	};
	struct err err = {0};
	int n = common_start(&c, &cmd, argc, argv, &err), rc;

	if (n < 0)
		return opt_fail(&cmd, &err);
	if (n == 0)
		rc = show(&c, &a, &err);
	else if (n == 2 && strcmp(argv[1], "add") == 0)
		rc = add(&c, &a, argv[2], &err);
	else
		rc = err_set(&err, ERR_USAGE, "add TITLE, or nothing");
	return rc == 0 ? EXIT_OK : opt_fail(&cmd, &err);
}
