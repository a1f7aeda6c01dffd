/* SPDX-License-Identifier: MIT */
/*
 * /api/v1/dashboards: what one person keeps.  GET lists (and says who that
 * person is) or shows one; PUT and DELETE drop a change into the inbox.  A
 * change must say what it changes: If-Match with the ETag that was read, or
 * If-None-Match: * for a new one, so that two windows never overwrite each
 * other unseen.
 */
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "events/board.h"
#include "fcgi/serve.h"

/* What a request looks at. */
struct desk {
	char user[SLUG_MAX + 1];
	struct boards boards;
	const char *name;	   /* NULL for the list */
	const struct board *board; /* NULL: none of that name */
};

static int
look(struct exchange *x, struct desk *d, struct err *err)
{
	slug_make(x->login, strlen(x->login), d->user);
	d->name = x->args[0].set ? x->args[0].text : NULL;
	if (d->name != NULL && !board_name_valid(d->name))
		return err_set(err, ERR_INVALID,
			       "a name has a-z, 0-9 and -, at most %d",
			       BOARD_NAME_MAX);
	if (boards_read(x->serve->state, d->user, &d->boards, err) != 0)
		return -1;
	if (d->name != NULL)
		d->board = boards_find(&d->boards, d->name);
	return 0;
}

static bool
is_there(const struct desk *d)
{
	return d->board != NULL && d->board->json != NULL;
}

static void
set_etag(struct reply *r, const char *json)
{
	reply_etag(r, json, strlen(json));
}

/* A dashboard's title, as JSON; ours, so it parses. */
static void
put_entry(const struct board *board, struct reply *r)
{
	cJSON *doc =
	    json_parse(board->json, strlen(board->json), BOARD_BYTES_MAX, NULL);
	const char *title = json_get_string(doc, "title");
	struct buf *b = &r->body;

	set_etag(r, board->json);
	buf_str(b, b->data[b->len - 1] == '[' ? "{\"name\":" : ",{\"name\":");
	json_string(b, board->name);
	json_key(b, "title");
	json_string(b, title != NULL ? title : board->name);
	json_key(b, "etag");
	json_string(b, r->etag);
	buf_char(b, '}');
	r->etag[0] = '\0';
	cJSON_Delete(doc);
}

static int
list(struct exchange *x, const struct desk *d)
{
	struct buf *b = &x->reply->body;

	buf_str(b, "{\"user\":");
	if (x->login[0] != '\0')
		json_string(b, x->login);
	else
		buf_str(b, "null");
	buf_str(b, ",\"dashboards\":[");
	for (size_t i = 0; x->login[0] != '\0' && i < d->boards.n; i++)
		if (d->boards.list[i].json != NULL)
			put_entry(&d->boards.list[i], x->reply);
	buf_str(b, "]}\n");
	return 0;
}

static int
show(struct exchange *x, const struct desk *d, struct err *err)
{
	struct reply *r = x->reply;

	if (d->name == NULL)
		return list(x, d);
	if (x->login[0] == '\0')
		return err_set(err, ERR_DENIED, "nobody is logged in");
	if (!is_there(d))
		return err_set(err, ERR_NOT_FOUND,
			       "%s has no dashboard of that name", x->login);
	set_etag(r, d->board->json);
	if (etag_matches(x->request->if_none_match, r->etag))
		r->status = 304;
	else
		buf_str(&r->body, d->board->json);
	return 0;
}

/* Whether the asker saw what is to be changed (RFC 9110 13.1, RFC 6585). */
static int
check_seen(struct exchange *x, const struct desk *d, struct err *err)
{
	const struct request *q = x->request;
	struct reply *r = x->reply;
	bool good;

	if (q->if_match == NULL && q->if_none_match == NULL) {
		r->status = 428;
		return err_set(err, ERR_INVALID,
			       "If-Match with its ETag, or If-None-Match: *");
	}
	if (is_there(d)) {
		set_etag(r, d->board->json);
		good = q->if_none_match == NULL &&
		       etag_matches(q->if_match, r->etag);
	} else {
		good = q->if_match == NULL;
	}
	r->etag[0] = '\0';
	if (good)
		return 0;
	r->status = 412;
	return err_set(err, ERR_EXISTS, "it was changed meanwhile");
}

static int
read_board(struct exchange *x, struct buf *out, struct err *err)
{
	struct buf body;
	cJSON *doc;
	int rc = -1;

	buf_init(&body, BOARD_BYTES_MAX);
	if (guard_body(x->reply->io, &body, err) != 0) {
		x->reply->status = err->code == ERR_TOO_LARGE ? 413 : 400;
	} else {
		doc = json_parse(body.data, body.len, BOARD_BYTES_MAX, err);
		if (doc != NULL)
			rc = board_check(doc, out, err);
		cJSON_Delete(doc);
	}
	buf_done(&body);
	return rc;
}

static int
change(struct exchange *x, struct desk *d, const char *json, struct err *err)
{
	struct reply *r = x->reply;

	if (check_seen(x, d, err) != 0)
		return -1;
	if (json == NULL && !is_there(d))
		return err_set(err, ERR_NOT_FOUND,
			       "%s has no dashboard of that name", x->login);
	if (json != NULL && !is_there(d) &&
	    boards_count(&d->boards) >= BOARDS_MAX) {
		r->status = 409;
		return err_set(err, ERR_FULL, "a person keeps at most %d",
			       BOARDS_MAX);
	}
	if (boards_change(x->serve->state, d->user, d->name, json, d->board,
			  err) != 0)
		return -1;
	if (json != NULL) {
		r->status = is_there(d) ? 200 : 201;
		set_etag(r, json);
	}
	buf_str(&r->body, "{\"name\":");
	json_string(&r->body, d->name);
	buf_fmt(&r->body, ",\"kept\":%s}\n", json != NULL ? "true" : "false");
	return 0;
}

/* Reads, looks and drops under one lock. */
static int
take(struct exchange *x, struct desk *d, struct err *err)
{
	struct buf json;
	int lock = -1, rc = 0;
	bool put = x->request->method == HTTP_PUT;

	if (!x->args[0].set) {
		x->reply->status = 405;
		reply_header(x->reply, "Allow", "GET, HEAD");
		return err_set(err, ERR_UNSUPPORTED, "the list is only read");
	}
	buf_init(&json, BOARD_BYTES_MAX + 1);
	if (put)
		rc = read_board(x, &json, err);
	if (rc == 0) {
		lock = boards_lock(x->serve->state, err);
		rc = lock < 0 ? -1 : look(x, d, err);
	}
	if (rc == 0)
		rc = change(x, d, put ? json.data : NULL, err);
	if (lock >= 0)
		(void)close(lock);
	buf_done(&json);
	return rc;
}

static int
answer(struct exchange *x, struct err *err)
{
	struct desk d = {0};
	int rc;

	x->reply->type = "application/json";
	if (HTTP_READ & HTTP_BIT(x->request->method)) {
		rc = look(x, &d, err);
		if (rc == 0)
			rc = show(x, &d, err);
	} else {
		rc = take(x, &d, err);
	}
	boards_done(&d.boards);
	return rc;
}

static const struct param args[] = {
    {.name = "board", .type = PARAM_SLUG, .help = "its name"},
    {0},
};

const struct route route_dashboards = {
    .name = "dashboards",
    .path = "/api/v1/dashboards",
    .args = args,
    .methods = HTTP_READ | HTTP_BIT(HTTP_PUT) | HTTP_BIT(HTTP_DELETE),
    .pools = POOL_BIT(POOL_DATA),
    .flags = ROUTE_LOGIN,
    .answer = answer,
    .summary = "what the person who is logged in keeps",
    .media = "application/json",
    .schema = "{\"type\":\"object\"}",
    .body = "{\"type\":\"object\",\"required\":[\"title\",\"panels\"],"
	    "\"properties\":{\"title\":{\"type\":\"string\"},\"panels\":{"
	    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":["
	    "\"graph\",\"range\"],\"properties\":{\"graph\":{\"type\":"
	    "\"string\"},\"range\":{\"enum\":[\"hour\",\"day\",\"week\","
	    "\"month\",\"year\"]},\"wide\":{\"type\":\"boolean\"}}}}}}",
};
