/* SPDX-License-Identifier: MIT */
/*
 * What people write for the site: Markdown with shortcodes, and what another
 * program writes for it: the list of alarms.  The first byte chooses.  The
 * HTML must hold none of what the text smuggled in.
 */
#include <stdlib.h>
#include <string.h>

#include "www/alarms.h"
#include "www/markdown.h"
#include "www/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct site site;

static void
one_text(const char *text, size_t len)
{
	struct err err = {0};
	struct buf b;

	buf_init(&b, 8 << 20);
	if (markdown_put(&site, "text.md", 1, text, len, &b, &err) == 0) {
		if (strstr(b.data, "<script") != NULL ||
		    strstr(b.data, "=\"javascript:") != NULL)
			abort();
	} else if (err.code != ERR_CONFIG) {
		abort();
	}
	buf_done(&b);
}

static void
some_alarms(const char *text, size_t len)
{
	struct alarms a = {0};

	alarms_parse(&a, text, len, 1700000000);
	for (size_t i = 0; i < a.n; i++)
		if (strlen(a.list[i].finding.text) >=
		    sizeof(a.list[i].finding.text))
			abort();
	alarms_done(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (site.q.registry == NULL)
		site.q.registry = registry_new("/nonexistent", NULL);
	if (size == 0)
		return 0;
	if (data[0] == 'A')
		some_alarms((const char *)data + 1, size - 1);
	else
		one_text((const char *)data + 1, size - 1);
	return 0;
}
