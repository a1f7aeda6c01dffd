/* SPDX-License-Identifier: MIT */
/* libcurl, the only place: see net.h.  The mail's text is net_mail.c's. */
#include "core/net.h"

#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "core/net_impl.h"
#include "core/version.h"

#define HTTP_DEADLINE_MS 10000
#define SMTP_DEADLINE_MS 30000
#define HEAD_BYTES_MAX	 65536

/* What the callbacks see. */
struct exchange {
	struct buf *body;
	size_t head_bytes;
	bool too_large;
};

static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	struct exchange *x = arg;

	buf_put(x->body, data, size * n);
	if (buf_ok(x->body))
		return size * n;
	x->too_large = true;
	return 0;
}

static size_t
on_head(char *data, size_t size, size_t n, void *arg)
{
	struct exchange *x = arg;

	(void)data;
	x->head_bytes += size * n;
	if (x->head_bytes <= HEAD_BYTES_MAX)
		return size * n;
	x->too_large = true;
	return 0;
}

static int
begin(CURL **c, struct err *err)
{
	static bool ready;

	if (!ready && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, ERR_INTERNAL, "libcurl does not start");
	ready = true;
	*c = curl_easy_init();
	if (*c == NULL)
		return err_set(err, ERR_NOMEM, "libcurl: out of memory");
	return 0;
}

/* No control byte can end a header early and begin another. */
static bool
is_line(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

static int
add_header(struct curl_slist **list, const char *line, struct err *err)
{
	struct curl_slist *grown;

	grown = curl_slist_append(*list, line);
	if (grown == NULL)
		return err_set(err, ERR_NOMEM, "header: out of memory");
	*list = grown;
	return 0;
}

static int
http_headers(const struct net_request *q, struct curl_slist **list,
	     struct err *err)
{
	struct buf line;
	int rc = 0;

	buf_init(&line, 8192);
	for (size_t i = 0; i < q->n_headers && rc == 0; i++) {
		const struct net_header *h = &q->headers[i];

		buf_reset(&line);
		buf_fmt(&line, "%s: %s", h->name, h->value);
		if (!is_line(line.data) || !buf_ok(&line))
			rc = err_set(err, ERR_INVALID,
				     "header %.40s: bad value", h->name);
		else
			rc = add_header(list, line.data, err);
	}
	buf_done(&line);
	/* curl would wait a second for the server's leave */
	return rc != 0 ? rc : add_header(list, "Expect:", err);
}

static int
fail(CURLcode rc, const struct exchange *x, const char *what,
     const char *detail, struct err *err)
{
	enum err_code code = ERR_IO;

	if (x != NULL && x->too_large)
		return err_set(err, ERR_TOO_LARGE,
			       "%s: the answer is too large", what);
	if (rc == CURLE_OPERATION_TIMEDOUT)
		code = ERR_TIMEOUT;
	else if (rc == CURLE_URL_MALFORMAT || rc == CURLE_UNSUPPORTED_PROTOCOL)
		code = ERR_INVALID;
	else if (rc == CURLE_OUT_OF_MEMORY)
		code = ERR_NOMEM;
	else if (rc == CURLE_LOGIN_DENIED)
		code = ERR_DENIED;
	return err_set(err, code, "%s: %s", what,
		       *detail != '\0' ? detail : curl_easy_strerror(rc));
}

/* Host and port of a URL, for messages: never its path, which may be the
 * secret of a webhook. */
static void
url_place(const char *url, char out[80])
{
	const char *start = strstr(url, "://");
	const char *at;
	size_t n;

	start = start != NULL ? start + 3 : url;
	n = strcspn(start, "/?#");
	at = memchr(start, '@', n);
	if (at != NULL) {
		n -= (size_t)(at + 1 - start);
		start = at + 1;
	}
	(void)snprintf(out, 80, "%.*s", (int)(n < 79 ? n : 79), start);
}

static void
http_options(CURL *c, const struct net_request *q, struct exchange *x,
	     char detail[CURL_ERROR_SIZE], struct curl_slist *headers)
{
	(void)curl_easy_setopt(c, CURLOPT_URL, q->url);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(
	    c, CURLOPT_TIMEOUT_MS,
	    (long)(q->deadline_ms > 0 ? q->deadline_ms : HTTP_DEADLINE_MS));
	(void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(c, CURLOPT_USERAGENT, "robin/" ROBIN_VERSION);
	(void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, detail);
	(void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
	(void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_head);
	(void)curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
	if (q->ca_file != NULL)
		(void)curl_easy_setopt(c, CURLOPT_CAINFO, q->ca_file);
	if (q->user != NULL) {
		(void)curl_easy_setopt(c, CURLOPT_USERNAME, q->user);
		(void)curl_easy_setopt(c, CURLOPT_PASSWORD, q->password);
	}
	if (q->body != NULL) {
		(void)curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
				       (curl_off_t)q->body_len);
		(void)curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body);
	}
	if (q->method != NULL)
		(void)curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, q->method);
}

static void
http_reply(CURL *c, struct net_reply *r)
{
	const char *type = NULL;
	curl_off_t after = 0;

	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &r->status);
	(void)curl_easy_getinfo(c, CURLINFO_CONTENT_TYPE, &type);
	(void)curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &after);
	(void)snprintf(r->type, sizeof(r->type), "%s",
		       type != NULL ? type : "");
	r->retry_after_s = after > 0 ? (int64_t)after : -1;
}

int
net_http(const struct net_request *q, struct net_reply *r, struct err *err)
{
	struct exchange x = {.body = &r->body};
	struct curl_slist *headers = NULL;
	char detail[CURL_ERROR_SIZE] = "", place[80];
	CURLcode code;
	CURL *c;
	int rc = -1;

	if (begin(&c, err) != 0)
		return -1;
	url_place(q->url, place);
	if (http_headers(q, &headers, err) != 0)
		goto out;
	http_options(c, q, &x, detail, headers);
	code = curl_easy_perform(c);
	if (code != CURLE_OK) {
		fail(code, &x, place, detail, err);
		goto out;
	}
	http_reply(c, r);
	rc = 0;
out:
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	return rc;
}

struct header_list {
	struct curl_slist *list;
	struct err *err;
};

static int
mail_header(void *arg, const char *line)
{
	struct header_list *h = arg;

	return add_header(&h->list, line, h->err);
}

static int
part_text(curl_mime *mime, const char *text, const char *type)
{
	curl_mimepart *part = curl_mime_addpart(mime);

	if (part == NULL ||
	    curl_mime_data(part, text, CURL_ZERO_TERMINATED) != CURLE_OK ||
	    curl_mime_type(part, type) != CURLE_OK ||
	    curl_mime_encoder(part, "quoted-printable") != CURLE_OK)
		return -1;
	return 0;
}

static int
part_png(curl_mime *mime, const struct net_mail *m)
{
	curl_mimepart *part = curl_mime_addpart(mime);
	struct curl_slist *headers;

	headers = curl_slist_append(NULL, "Content-ID: <g1>");
	if (headers != NULL &&
	    !curl_slist_append(headers, "Content-Disposition: inline; "
					"filename=\"graph.png\"")) {
		curl_slist_free_all(headers);
		headers = NULL;
	}
	if (part == NULL || headers == NULL ||
	    curl_mime_data(part, m->png, m->png_len) != CURLE_OK ||
	    curl_mime_type(part, "image/png") != CURLE_OK ||
	    curl_mime_encoder(part, "base64") != CURLE_OK ||
	    curl_mime_headers(part, headers, 1) != CURLE_OK) {
		curl_slist_free_all(headers);
		return -1;
	}
	return 0;
}

/* Hangs a multipart of that type into mime; the new one, or NULL. */
static curl_mime *
nest(CURL *c, curl_mime *mime, const char *type)
{
	curl_mimepart *part = curl_mime_addpart(mime);
	curl_mime *inner = curl_mime_init(c);

	if (part == NULL || inner == NULL ||
	    curl_mime_subparts(part, inner) != CURLE_OK) {
		curl_mime_free(inner);
		return NULL;
	}
	return curl_mime_type(part, type) == CURLE_OK ? inner : NULL;
}

/* multipart/mixed { related { alternative { text, html }, png } } */
static int
mail_body(CURL *c, curl_mime *top, const struct net_mail *m)
{
	curl_mime *related, *both;

	if (m->html == NULL)
		return part_text(top, m->text, "text/plain; charset=utf-8");
	related = nest(c, top, "multipart/related");
	both =
	    related != NULL ? nest(c, related, "multipart/alternative") : NULL;
	if (both == NULL ||
	    part_text(both, m->text, "text/plain; charset=utf-8") != 0 ||
	    part_text(both, m->html, "text/html; charset=utf-8") != 0)
		return -1;
	return m->png != NULL ? part_png(related, m) : 0;
}

static void
smtp_options(CURL *c, const struct net_mail *m, struct exchange *x,
	     char detail[CURL_ERROR_SIZE])
{
	(void)curl_easy_setopt(c, CURLOPT_URL, m->server);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	(void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(
	    c, CURLOPT_TIMEOUT_MS,
	    (long)(m->deadline_ms > 0 ? m->deadline_ms : SMTP_DEADLINE_MS));
	(void)curl_easy_setopt(
	    c, CURLOPT_USE_SSL,
	    (long)(m->tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	(void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, detail);
	(void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_head);
	(void)curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
	(void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_head);
	(void)curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
	if (m->ca_file != NULL)
		(void)curl_easy_setopt(c, CURLOPT_CAINFO, m->ca_file);
	if (m->user != NULL) {
		(void)curl_easy_setopt(c, CURLOPT_USERNAME, m->user);
		(void)curl_easy_setopt(c, CURLOPT_PASSWORD, m->password);
	}
}

static int
smtp_send(CURL *c, const struct net_mail *m, struct err *err)
{
	struct header_list h = {.err = err};
	struct curl_slist *to = NULL;
	struct exchange x = {0};
	char detail[CURL_ERROR_SIZE] = "", place[80];
	curl_mime *mime = curl_mime_init(c);
	CURLcode code;
	long answer = 0;
	int rc = -1;

	for (size_t i = 0; i < m->n_to; i++)
		if (add_header(&to, m->to[i], err) != 0)
			goto out;
	if (net_mail_headers(m, mail_header, &h) != 0)
		goto out;
	if (mime == NULL || mail_body(c, mime, m) != 0) {
		err_set(err, ERR_NOMEM, "mail: out of memory");
		goto out;
	}
	smtp_options(c, m, &x, detail);
	(void)curl_easy_setopt(c, CURLOPT_MAIL_FROM, m->from);
	(void)curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
	(void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, h.list);
	(void)curl_easy_setopt(c, CURLOPT_MIMEPOST, mime);
	url_place(m->server, place);
	code = curl_easy_perform(c);
	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer);
	if (code == CURLE_OK) {
		rc = 0;
		goto out;
	}
	fail(code, &x, place, detail, err);
	if (err != NULL && err->code == ERR_IO && answer >= 500)
		err->code = ERR_DENIED; /* 5yz: a permanent answer */
out:
	curl_mime_free(mime);
	curl_slist_free_all(to);
	curl_slist_free_all(h.list);
	return rc;
}

int
net_smtp(const struct net_mail *m, struct err *err)
{
	CURL *c;
	int rc;

	if (net_mail_check(m, err) != 0 || begin(&c, err) != 0)
		return -1;
	rc = smtp_send(c, m, err);
	curl_easy_cleanup(c);
	return rc;
}
