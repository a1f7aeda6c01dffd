/* SPDX-License-Identifier: MIT */
/* Asking robin-alert: see ask.h. */
#include "fcgi/ask.h"

#include "core/alertdoc.h"
#include "core/buf.h"
#include "core/inbox.h"
#include "fcgi/guard.h"
#include "fcgi/inbound.h"

cJSON *
ask_alerts(const char *state, struct err *err)
{
	cJSON *doc = NULL;
	struct buf b;

	if (alertdoc_read(state, &b, err) == 0)
		doc = json_parse(b.data, b.len, ALERTDOC_BYTES_MAX, err);
	/* what does not parse is our own file, not the client's request */
	if (doc == NULL &&
	    (err->code == ERR_INVALID || err->code == ERR_TOO_LARGE))
		err->code = ERR_CORRUPT;
	buf_done(&b);
	return doc;
}

void
ask_age(const cJSON *doc, int64_t now_s, struct buf *out)
{
	double as_of_s = json_get_double(doc, "as_of", -1);

	json_key(out, "as_of");
	if (as_of_s < 0) {
		buf_str(out, "null,\"data_age\":null");
		return;
	}
	json_double(out, as_of_s);
	json_key(out, "data_age");
	json_double(out, (double)now_s - as_of_s);
}

int
ask_print(const cJSON *json, struct buf *out, struct err *err)
{
	char *text = cJSON_PrintUnformatted(json);

	if (text == NULL)
		return err_set(err, ERR_NOMEM, "out of memory");
	buf_str(out, text);
	cJSON_free(text);
	return 0;
}

static int
drop(struct exchange *x, const cJSON *json,
     int (*make)(struct exchange *x, const cJSON *json, struct buf *out,
		 struct err *err),
     struct err *err)
{
	char name[INBOX_NAME_SIZE];
	struct buf out;
	int rc = -1;

	buf_init(&out, INBOX_BYTES_MAX);
	if (!cJSON_IsObject(json)) {
		(void)err_set(err, ERR_INVALID, "the body is not an object");
	} else if (make(x, json, &out, err) == 0 &&
		   inbox_drop(x->serve->state, out.data, out.len, name, err) ==
		       0) {
		x->reply->status = 202;
		x->reply->type = "application/json";
		buf_str(&x->reply->body, "{\"uid\":");
		json_string(&x->reply->body, name);
		buf_str(&x->reply->body, "}\n");
		rc = 0;
	}
	buf_done(&out);
	return rc;
}

int
ask_post(struct exchange *x,
	 int (*make)(struct exchange *x, const cJSON *json, struct buf *out,
		     struct err *err),
	 struct err *err)
{
	struct buf body;
	cJSON *json;
	int rc = -1;

	buf_init(&body, INBOX_BYTES_MAX);
	if (guard_body(x->reply->io, &body, err) != 0) {
		x->reply->status = err->code == ERR_TOO_LARGE ? 413 : 400;
	} else {
		json = json_parse(body.data, body.len, INBOX_BYTES_MAX, err);
		if (json != NULL)
			rc = drop(x, json, make, err);
		cJSON_Delete(json);
	}
	buf_done(&body);
	return rc;
}

static int
drop_message(const struct buf *message, void *arg, struct err *err)
{
	return inbox_drop(arg, message->data, message->len, NULL, err);
}

int
ask_inbound(struct exchange *x, struct err *err)
{
	struct buf body;
	int n = -1;

	buf_init(&body, INBOUND_BYTES_MAX);
	if (guard_body(x->reply->io, &body, err) != 0)
		x->reply->status = err->code == ERR_TOO_LARGE ? 413 : 400;
	else
		n = inbound_read(body.data, body.len, x->user,
				 x->request->now_s, drop_message,
				 (void *)x->serve->state, err);
	buf_done(&body);
	if (n < 0)
		return -1;
	x->reply->status = 202;
	x->reply->type = "application/json";
	buf_fmt(&x->reply->body, "{\"alerts\":%d}\n", n);
	return 0;
}
