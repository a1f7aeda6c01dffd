/* SPDX-License-Identifier: MIT */
/* Writing HTML with the escaping in the conversion: see put.h. */
#include "www/put.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "core/buf.h"
#include "core/html.h"
#include "core/path.h"

#define SLUG_TEXT_MAX 4096

static void
put_slug(struct buf *b, const char *slug)
{
	struct buf text;

	buf_init(&text, SLUG_TEXT_MAX);
	slug_text(&text, slug);
	html_text(b, text.data);
	buf_done(&text);
}

static void
put_decimal(struct buf *b, double v)
{
	char text[40];
	size_t n;

	(void)snprintf(text, sizeof(text), "%.1f", v);
	n = strlen(text);
	if (n > 2 && strcmp(text + n - 2, ".0") == 0)
		text[n - 2] = '\0';
	buf_str(b, strcmp(text, "-0") == 0 ? "0" : text);
}

static void
put_buf(struct buf *b, const struct buf *from)
{
	if (!buf_ok(from))
		b->failed = true;
	buf_put(b, from->data, from->len);
}

void
put(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	for (;;) {
		size_t n = strcspn(fmt, "%");

		buf_put(b, fmt, n);
		fmt += n;
		if (*fmt == '\0')
			break;
		switch (fmt[1]) {
		case 't':
			html_text(b, va_arg(ap, const char *));
			break;
		case 'u':
			html_url(b, va_arg(ap, const char *));
			break;
		case 'p':
			put_slug(b, va_arg(ap, const char *));
			break;
		case 's':
			buf_str(b, va_arg(ap, const char *));
			break;
		case 'd':
			buf_i64(b, va_arg(ap, int));
			break;
		case 'l':
			buf_i64(b, va_arg(ap, int64_t));
			break;
		case 'f':
			put_decimal(b, va_arg(ap, double));
			break;
		case 'z':
			put_buf(b, va_arg(ap, const struct buf *));
			break;
		case '%':
			buf_char(b, '%');
			break;
		default:
			assert(!"put: unknown conversion");
		}
		fmt += 2;
	}
	va_end(ap);
}
