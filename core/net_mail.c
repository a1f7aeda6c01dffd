/* SPDX-License-Identifier: MIT */
/*
 * A mail's text: header lines (RFC 5322, RFC 2047), and the whole message
 * for a local sendmail.  Pure; SMTP itself is net.c's.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base64.h"
#include "core/net_impl.h"

#define WORD_BYTES 45 /* of an encoded word's text: 60 characters of base64 */

/* How many bytes of whole UTF-8 characters fit into one encoded word. */
static size_t
word_bytes(const char *s, size_t n)
{
	if (n <= WORD_BYTES)
		return n;
	n = WORD_BYTES;
	while (n > WORD_BYTES - 4 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

void
net_mail_words(struct buf *out, const char *text)
{
	struct buf clean;
	bool ascii = true;

	buf_init(&clean, 4096);
	for (const char *p = text; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		ascii = ascii && c < 0x80;
		buf_char(&clean, c < 0x20 || c == 0x7f ? ' ' : *p);
	}
	if (ascii) {
		buf_put(out, clean.data, clean.len);
	} else {
		for (size_t at = 0, n; at < clean.len; at += n) {
			n = word_bytes(clean.data + at, clean.len - at);
			buf_str(out, at > 0 ? " =?utf-8?B?" : "=?utf-8?B?");
			base64_put(out, clean.data + at, n);
			buf_str(out, "?=");
		}
	}
	buf_done(&clean);
}

bool
net_mail_address(const char *text)
{
	size_t n = strlen(text);

	return n > 0 && n < 255 && text[0] != '-' &&
	       strspn(text,
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		      "0123456789.!#$%&'*+/=?^_`{|}~@-") == n;
}

int
net_mail_check(const struct net_mail *m, struct err *err)
{
	if (m->n_to == 0 || m->n_to > NET_MAIL_TO_MAX)
		return err_set(err, ERR_INVALID, "mail: no recipient");
	for (size_t i = 0; i < m->n_to; i++)
		if (!net_mail_address(m->to[i]))
			return err_set(err, ERR_INVALID,
				       "mail: \"%.60s\" is not an address",
				       m->to[i]);
	if (!net_mail_address(m->from) || !net_mail_address(m->message_id) ||
	    (m->thread != NULL && !net_mail_address(m->thread)))
		return err_set(err, ERR_INVALID,
			       "mail: \"%.60s\" is not an address", m->from);
	return 0;
}

/* "Fri, 20 Nov 2026 12:03:20 +0000", whatever the locale. */
static void
put_date(struct buf *out, int64_t time_s)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed",
				       "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr",
					 "May", "Jun", "Jul", "Aug",
					 "Sep", "Oct", "Nov", "Dec"};
	time_t t = (time_t)time_s;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof(tm));
	buf_fmt(out, "%s, %d %s %d %02d:%02d:%02d +0000", days[tm.tm_wday],
		tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
		tm.tm_min, tm.tm_sec);
}

static void
put_to(struct buf *out, const struct net_mail *m)
{
	for (size_t i = 0; i < m->n_to; i++)
		buf_fmt(out, "%s<%s>", i > 0 ? ",\r\n " : "", m->to[i]);
}

int
net_mail_headers(const struct net_mail *m,
		 int (*add)(void *arg, const char *line), void *arg)
{
	struct buf line;
	int rc;

	buf_init(&line, 8192);
	buf_str(&line, "Date: ");
	put_date(&line, m->time_s);
	rc = add(arg, line.data);
	buf_reset(&line);
	buf_fmt(&line, "From: Robin <%s>", m->from);
	rc = rc != 0 ? rc : add(arg, line.data);
	buf_reset(&line);
	buf_str(&line, "To: ");
	put_to(&line, m);
	rc = rc != 0 ? rc : add(arg, line.data);
	buf_reset(&line);
	buf_str(&line, "Subject: ");
	net_mail_words(&line, m->subject);
	rc = rc != 0 ? rc : add(arg, line.data);
	buf_reset(&line);
	buf_fmt(&line, "Message-ID: <%s>", m->message_id);
	rc = rc != 0 ? rc : add(arg, line.data);
	buf_reset(&line);
	if (m->thread != NULL && rc == 0) {
		buf_fmt(&line, "References: <%s>", m->thread);
		rc = add(arg, line.data);
	}
	buf_done(&line);
	/* RFC 3834: nobody's holiday answer comes back */
	return rc != 0 ? rc : add(arg, "Auto-Submitted: auto-generated");
}

static int
text_header(void *arg, const char *line)
{
	struct buf *out = arg;

	buf_str(out, line);
	buf_str(out, "\r\n");
	return 0;
}

/* base64 in lines of 76; also safe for any text. */
static void
put_lines(struct buf *out, const void *data, size_t n)
{
	const unsigned char *p = data;

	for (size_t at = 0; at < n; at += 57) {
		base64_put(out, p + at, n - at < 57 ? n - at : 57);
		buf_str(out, "\r\n");
	}
}

static void
put_part(struct buf *out, const char *edge, const char *head, const void *data,
	 size_t n)
{
	buf_fmt(out, "--%s\r\n%s\r\nContent-Transfer-Encoding: base64\r\n\r\n",
		edge, head);
	put_lines(out, data, n);
}

int
net_mail_text(const struct net_mail *m, struct buf *out, struct err *err)
{
	static const char outer[] = "robin-related", inner[] = "robin-both";

	if (net_mail_check(m, err) != 0)
		return -1;
	(void)net_mail_headers(m, text_header, out);
	buf_fmt(out,
		"MIME-Version: 1.0\r\nContent-Type: multipart/related;"
		" boundary=\"%s\"\r\n\r\n--%s\r\nContent-Type: "
		"multipart/alternative; boundary=\"%s\"\r\n\r\n",
		outer, outer, inner);
	put_part(out, inner, "Content-Type: text/plain; charset=utf-8", m->text,
		 strlen(m->text));
	if (m->html != NULL)
		put_part(out, inner, "Content-Type: text/html; charset=utf-8",
			 m->html, strlen(m->html));
	buf_fmt(out, "--%s--\r\n", inner);
	if (m->png != NULL)
		put_part(out, outer,
			 "Content-Type: image/png\r\nContent-ID: <g1>\r\n"
			 "Content-Disposition: inline; filename=\"graph.png\"",
			 m->png, m->png_len);
	buf_fmt(out, "--%s--\r\n", outer);
	if (!buf_ok(out))
		return err_set(err, ERR_TOO_LARGE, "mail: too large");
	return 0;
}
