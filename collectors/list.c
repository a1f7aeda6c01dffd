/* SPDX-License-Identifier: MIT */
/* The list of collectors: see list.h. */
#include "collectors/list.h"

#include <stdio.h>

#include "core/buf.h"
#include "core/json.h"

#define LIST_MAX_BYTES (1u << 20)

static void
put_text(const struct job *j, bool there, struct buf *out)
{
	buf_fmt(out, "%-12s %4d s  %s  %s\n", j->collector->name,
		(int)j->step_s, there ? "yes" : "no ", j->collector->help);
}

static void
put_json(const struct job *j, bool there, struct buf *out)
{
	if (out->data[out->len - 1] != '[')
		buf_char(out, ',');
	buf_char(out, '{');
	json_key(out, "name");
	json_string(out, j->collector->name);
	json_key(out, "help");
	json_string(out, j->collector->help);
	json_key(out, "step");
	buf_i64(out, j->step_s);
	json_key(out, "timeout");
	buf_i64(out, j->timeout_s);
	json_key(out, "blocks");
	buf_str(out, j->collector->blocks ? "true" : "false");
	json_key(out, "available");
	buf_str(out, there ? "true" : "false");
	json_key(out, "families");
	buf_char(out, '[');
	for (size_t i = 0; i < j->n_families; i++) {
		if (i > 0)
			buf_char(out, ',');
		family_to_json(&j->families[i].real, out);
	}
	buf_str(out, "]}");
}

int
list_print(const struct plan *p, const char *root, bool json)
{
	struct buf out;
	int rc;

	buf_init(&out, LIST_MAX_BYTES);
	if (json)
		buf_char(&out, '[');
	else
		buf_fmt(&out, "%-12s %6s  %s  %s\n", "NAME", "STEP", "HERE",
			"WHAT");
	for (size_t i = 0; i < p->n_jobs; i++) {
		const struct job *j = &p->jobs[i];

		(json ? put_json : put_text)(j, j->collector->available(root),
					     &out);
	}
	if (json)
		buf_str(&out, "]\n");
	rc = buf_ok(&out) && fwrite(out.data, 1, out.len, stdout) == out.len &&
		     fflush(stdout) == 0
		 ? EXIT_OK
		 : EXIT_FAIL;
	buf_done(&out);
	return rc;
}
