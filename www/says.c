/* SPDX-License-Identifier: MIT */
/* How things are, in a sentence: see says.h. */
#include "www/says.h"

#include <ctype.h>
#include <string.h>

#include "core/buf.h"
#include "www/put.h"
#include "www/text.h"

int
says_needs(const struct fleet *f)
{
	int n = 0;

	for (size_t i = 0; i < f->n_hosts; i++)
		n += f->hosts[i].n_total;
	return n;
}

/* "Disk space / is 96 % full" continues a sentence as "disk space …", but
 * "CPU time" stays. */
static void
continue_with(struct buf *b, const char *text)
{
	char first[2] = {text[0], '\0'};

	if (text[0] != '\0' && islower((unsigned char)text[1]))
		first[0] = (char)tolower((unsigned char)text[0]);
	put(b, "%t%t", first, text[0] != '\0' ? text + 1 : "");
}

static void
link_host(struct buf *b, const struct fleet_host *h)
{
	put(b, "<a href=\"/h/%u/%u/\">%p</a>", h->cluster, h->name, h->name);
}

static void
capital(struct buf *b, size_t at)
{
	if (at < b->len)
		b->data[at] = (char)toupper((unsigned char)b->data[at]);
}

void
says_sentence(struct buf *b, const struct fleet *f)
{
	int needs = says_needs(f);
	size_t start = b->len;

	if (f->n_hosts == 0) {
		buf_str(b, "No data yet: the first values arrive within a "
			   "few seconds.");
		return;
	}
	if (needs == 0) {
		buf_str(b, "All is well on ");
		if (f->n_hosts == 1) {
			link_host(b, &f->hosts[0]);
		} else {
			buf_str(b, "all ");
			text_count(b, (int)f->n_hosts);
			buf_str(b, " hosts");
		}
		buf_char(b, '.');
		return;
	}
	text_count(b, needs);
	capital(b, start);
	buf_str(b,
		needs == 1 ? " thing needs you: " : " things need you, first ");
	link_host(b, f->worst[0]);
	buf_str(b, ": ");
	if (needs == 1) {
		/* one colon in a sentence is enough */
		buf_cut(b, b->len - 2);
		buf_str(b, ", ");
	}
	continue_with(b, f->worst[0]->findings[0].text);
	buf_char(b, '.');
}

void
says_title(struct buf *b, const struct fleet *f)
{
	const struct fleet_host *h = f->n_hosts > 0 ? f->worst[0] : NULL;

	if (h == NULL) {
		buf_str(b, "No data yet");
	} else if (h->state == HEALTH_OK) {
		buf_str(b, "All is well");
	} else {
		buf_fmt(b, "%s %d to look at: ", health_mark(h->state),
			says_needs(f));
		slug_text(b, h->name);
		buf_fmt(b, ", %s", h->findings[0].text);
	}
}

void
says_host(struct buf *b, const struct fleet_host *h)
{
	for (size_t i = 0; i < h->n_findings; i++)
		put(b, "%s%t", i > 0 ? " \xc2\xb7 " : "", h->findings[i].text);
	if (h->n_total > (int)h->n_findings)
		put(b, " and %d more", h->n_total - (int)h->n_findings);
}
