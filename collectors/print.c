/* SPDX-License-Identifier: MIT */
/* Samples as lines that `robin put` reads: see print.h. */
#include "collectors/print.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"

#define LINE_MAX_BYTES 8192

static void
set(char *out, size_t size, const char *own, const char *fallback)
{
	(void)snprintf(out, size, "%s", own[0] != '\0' ? own : fallback);
}

void
print_path(const struct conf *conf, const struct sample *s, struct path *out)
{
	set(out->cluster, sizeof(out->cluster), s->cluster, conf->cluster);
	set(out->host, sizeof(out->host), s->host, conf->host);
	set(out->family, sizeof(out->family), s->family->name, "");
	set(out->instance, sizeof(out->instance), s->instance, "");
}

void
print_sample(const struct conf *conf, const struct sample *s)
{
	char text[PATH_SIZE];
	struct path path;
	struct buf line;

	print_path(conf, s, &path);
	(void)path_format(&path, text);
	buf_init(&line, LINE_MAX_BYTES);
	buf_fmt(&line, "%s %lld ", text, (long long)s->time_s);
	for (size_t i = 0; i < s->family->n_metrics; i++) {
		if (i > 0)
			buf_char(&line, ':');
		number_put_value(&line, s->values[i]);
	}
	(void)puts(line.data);
	buf_done(&line);
}
