/* SPDX-License-Identifier: MIT */
/*
 * robin alert silence add|end|list and robin alert ack: requests that go
 * through the inbox, so they need no access to the database and wait for
 * robin-alert when it is not running.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/command.h"
#include "alert/message.h"
#include "alert/rule_read.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/inbox.h"
#include "core/json.h"
#include "core/state.h"
#include "core/when.h"

/* Who asks, for the record. */
static const char *
who(const char *author)
{
	const char *user = author != NULL ? author : getenv("SUDO_USER");

	if (user == NULL)
		user = getenv("USER");
	return user != NULL ? user : "";
}

static int
put_matchers(struct buf *b, int n, char **words, struct err *err)
{
	buf_char(b, '{');
	for (int i = 0; i < n; i++) {
		char *eq = strchr(words[i], '=');

		if (eq == NULL || eq == words[i])
			return err_set(err, ERR_USAGE,
				       "\"%.60s\": LABEL=PATTERN is expected",
				       words[i]);
		*eq = '\0';
		json_key(b, words[i]);
		json_string(b, eq + 1);
	}
	buf_char(b, '}');
	return 0;
}

static int
drop(const char *state, const struct buf *b, struct err *err)
{
	char name[INBOX_NAME_SIZE];

	if (!buf_ok(b))
		return err_set(err, ERR_TOO_LARGE, "the request is too long");
	if (inbox_drop(state, b->data, b->len, name, err) != 0)
		return -1;
	(void)printf("%s\n", name);
	return 0;
}

struct silence_args {
	const char *lasting, *from, *comment, *author;
};

static int
add(const struct common *c, const struct silence_args *a, int n, char **words,
    struct err *err)
{
	int64_t from_s = clock_wall_s(), span_s;
	struct buf b;
	int rc;

	if (a->from != NULL &&
	    when_parse(a->from, strlen(a->from), from_s, &from_s, err) != 0)
		return -1;
	if (when_duration(a->lasting, strlen(a->lasting), &span_s, err) != 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_USAGE,
			       "which alerts? host=web1, rule=disk_*, …");
	buf_init(&b, INBOX_BYTES_MAX);
	buf_fmt(&b, "{\"kind\":\"silence\",\"from\":%lld,\"until\":%lld",
		(long long)from_s, (long long)(from_s + span_s));
	json_key(&b, "comment");
	json_string(&b, a->comment != NULL ? a->comment : "");
	json_key(&b, "author");
	json_string(&b, who(a->author));
	json_key(&b, "matchers");
	rc = put_matchers(&b, n, words, err);
	if (rc == 0) {
		buf_char(&b, '}');
		rc = drop(c->program.state, &b, err);
	}
	buf_done(&b);
	return rc;
}

static int
ask(const struct common *c, const char *kind, const char *id, struct err *err)
{
	struct buf b;
	int rc;

	buf_init(&b, INBOX_BYTES_MAX);
	buf_str(&b, "{\"kind\":");
	json_string(&b, kind);
	json_key(&b, "id");
	json_string(&b, id);
	json_key(&b, "source");
	json_string(&b, who(NULL));
	buf_char(&b, '}');
	rc = drop(c->program.state, &b, err);
	buf_done(&b);
	return rc;
}

static void
print_silence(const cJSON *s)
{
	char from[CLOCK_RFC3339_SIZE], until[CLOCK_RFC3339_SIZE];
	const char *id = json_get_string(s, "id");
	const char *comment = json_get_string(s, "comment");
	const cJSON *m;

	clock_rfc3339((int64_t)json_get_double(s, "from", 0), from);
	clock_rfc3339((int64_t)json_get_double(s, "until", 0), until);
	(void)printf("%s  %s  %s ", id != NULL ? id : "", from, until);
	cJSON_ArrayForEach (m,
			    cJSON_GetObjectItemCaseSensitive(s, "matchers")) {
		(void)printf(" %s=%s", m->string,
			     cJSON_IsString(m) ? m->valuestring : "");
	}
	(void)printf("  %s\n", comment != NULL ? comment : "");
}

static int
list(const struct common *c, struct err *err)
{
	char path[PATH_MAX];
	struct buf text;
	cJSON *doc = NULL;
	const cJSON *s;

	buf_init(&text, 64 * 1024 * 1024);
	if (state_path(c->program.state, STATE_ALERTS, path, sizeof(path),
		       err) == 0 &&
	    file_read(path, &text, err) == 0)
		doc = json_parse(text.data, text.len, text.max, err);
	buf_done(&text);
	if (doc == NULL)
		return -1;
	cJSON_ArrayForEach (s, json_get_array(doc, "silences")) {
		print_silence(s);
	}
	cJSON_Delete(doc);
	return 0;
}

static int
run(struct common *c, const struct silence_args *a, int n, char **words,
    struct err *err)
{
	if (strcmp(words[0], "add") == 0)
		return add(c, a, n - 1, words + 1, err);
	if (strcmp(words[0], "list") == 0 && n == 1)
		return list(c, err);
	if (strcmp(words[0], "end") == 0 && n == 2)
		return ask(c, "unsilence", words[1], err);
	return err_set(err, ERR_USAGE,
		       "add LABEL=PATTERN…, end ID or list is expected");
}

int
do_silence(int argc, char **argv)
{
	static struct common c;
	struct silence_args a = {.lasting = "2h"};
	const struct opt opts[] = {
	    COMMON_OPTS(&c),
	    {.name = "for",
	     .type = OPT_STRING,
	     .arg = "TIME",
	     .help = "How long: 30m, 2h, 1d",
	     .value = &a.lasting},
	    {.name = "from",
	     .type = OPT_STRING,
	     .arg = "TIME",
	     .help = "When it begins; now",
	     .value = &a.from},
	    {.name = "comment",
	     .type = OPT_STRING,
	     .arg = "TEXT",
	     .help = "Why",
	     .value = &a.comment},
	    {.name = "author",
	     .type = OPT_STRING,
	     .arg = "NAME",
	     .help = "Who; the user's name",
	     .value = &a.author},
	};
	const struct opt_command cmd = {
	    .name = "robin alert silence",
	    .synopsis = "add LABEL=PATTERN... | end ID | list",
	    .brief = "tell nobody of some alerts for a while",
	    .about = "Labels are rule, severity, cluster, host, family, "
		     "instance, series and a rule's own; patterns may have "
		     "* and ?.  Alerts go on and are shown on the pages.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_min = 1,
	    .operands_max = -1,
	};
	struct err err = {0};
	int n = common_start(&c, &cmd, argc, argv, &err);

	if (n < 0 || run(&c, &a, n, argv + 1, &err) != 0)
		return opt_fail(&cmd, &err);
	return EXIT_OK;
}

int
do_ack(int argc, char **argv)
{
	static struct common c;
	bool undo = false;
	const struct opt opts[] = {
	    COMMON_OPTS(&c),
	    {.name = "undo",
	     .type = OPT_FLAG,
	     .help = "Take it back",
	     .value = &undo},
	};
	const struct opt_command cmd = {
	    .name = "robin alert ack",
	    .synopsis = "ID",
	    .brief = "say that you look after an alert",
	    .about = "Until it resolves or worsens there is no repeat and no "
		     "escalation.  ID is what robin alert list shows.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_min = 1,
	    .operands_max = 1,
	};
	struct err err = {0};
	int n = common_start(&c, &cmd, argc, argv, &err);

	if (n < 0 || ask(&c, undo ? "unack" : "ack", argv[1], &err) != 0)
		return opt_fail(&cmd, &err);
	return EXIT_OK;
}
