/* SPDX-License-Identifier: MIT */
/* robin alert list: what STATE/alerts.json says. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "alert/command.h"
#include "alert/message.h"
#include "core/alertdoc.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/json.h"

static void
print_alert(const cJSON *a, int64_t now_s)
{
	static const char *const flags[] = {"acked", "silenced", "inhibited",
					    "off_hours", "flapping"};
	const char *severity = json_get_text(a, "severity");
	char span[24];

	message_span(now_s - (int64_t)json_get_double(a, "since", 0), span);
	(void)printf("%-8s  %-16s  %-9s  %s",
		     *severity != '\0' ? severity : "pending",
		     json_get_text(a, "id"), span, json_get_text(a, "summary"));
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(a, flags[i])))
			(void)printf(" [%s]", flags[i]);
	(void)putchar('\n');
}

static int
print_table(const struct buf *text, struct err *err)
{
	cJSON *doc = json_parse(text->data, text->len, ALERTDOC_BYTES_MAX, err);
	int64_t now_s = clock_wall_s(), age_s;
	const cJSON *a;
	char span[24];

	if (doc == NULL)
		return -1;
	cJSON_ArrayForEach (a, json_get_array(doc, "alerts")) {
		print_alert(a, now_s);
	}
	age_s = now_s - (int64_t)json_get_double(doc, "as_of", 0);
	message_span(age_s, span);
	if (cJSON_GetArraySize(json_get_array(doc, "alerts")) == 0)
		(void)printf("no alert (looked %s ago)\n", span);
	else if (age_s > 120)
		(void)printf("as of %s ago: is robin-alert running?\n", span);
	cJSON_Delete(doc);
	return 0;
}

int
do_list(int argc, char **argv)
{
	static struct common c;
	bool json = false;
	const struct opt opts[] = {
	    COMMON_OPTS(&c),
	    {.name = "json",
	     .type = OPT_FLAG,
	     .help = "As JSON, as in STATE/alerts.json",
	     .value = &json},
	};
	const struct opt_command cmd = {
	    .name = "robin alert list",
	    .synopsis = "",
	    .brief = "what is active now",
	    .about = "One line an alert: severity, id, how long, what.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	};
	struct err err = {0};
	struct buf text = {0};
	int rc = common_start(&c, &cmd, argc, argv, &err);

	if (rc == 0)
		rc = alertdoc_read(c.program.state, &text, &err);
	if (rc == 0 && json)
		(void)fwrite(text.data, 1, text.len, stdout);
	else if (rc == 0)
		rc = print_table(&text, &err);
	buf_done(&text);
	return rc == 0 ? EXIT_OK : opt_fail(&cmd, &err);
}
