/* SPDX-License-Identifier: MIT */
/* What nginx shows when there is nothing else: 404.html and 50x.html. */
#include "www/put.h"
#include "www/site.h"

static const struct {
	const char *file, *title, *sentence, *advice;
} errors[] = {
    {"404.html", "Not found", "There is nothing at this address.",
     "The host or family may have been renamed, or it has not sent data "
     "yet. All that is known is under <a href=\"/hosts/\">Hosts</a>."},
    {"50x.html", "Out of reach",
     "The part that draws and answers is not there just now.",
     "It is started again by itself; this page tries again in a few "
     "seconds. The <a href=\"/\">overview</a> needs nothing but files and "
     "still works."},
};

static int
write_errors(struct site *s, struct err *err)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		struct framing frame = {.prose = true,
					.file = errors[i].file,
					.title = errors[i].title,
					.class = "error"};

		buf_reset(&s->body);
		put(&s->body,
		    "<div class=\"lost\"><h1 class=\"says\"><span>%s</span>"
		    "</h1><p class=\"sub\">%s</p></div>\n",
		    errors[i].sentence, errors[i].advice);
		if (site_write(s, &frame, err) != 0)
			return -1;
	}
	return 0;
}

const struct page page_error = {
    .name = "error",
    .when = PAGE_INVENTORY,
    .write = write_errors,
};
