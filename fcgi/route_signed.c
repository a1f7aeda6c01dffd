/* SPDX-License-Identifier: MIT */
/* /s/…: a frozen picture by a signed address (sign.h), for readers without a
 * login.  Without a key nothing is signed, and nothing is answered here. */
#include "fcgi/graphs.h"
#include "fcgi/sign.h"

static int
answer(struct exchange *x, struct err *err)
{
	unsigned char key[SECRET_KEY_BYTES];
	struct target t;

	if (secret_sign_key(x->serve->state, false, key, err) != 0) {
		if (err->code == ERR_NOT_FOUND)
			return err_set(err, ERR_DENIED,
				       "nothing was signed here");
		return -1;
	}
	if (sign_check(key, &x->request->uri, x->request->now_s, &t, err) != 0)
		return -1;
	return graphs_answer(x, &t, err);
}

static const char *const g[] = {"g", NULL};

static const struct param args[] = {
    {.name = "expires",
     .type = PARAM_INT,
     .max = INT64_MAX,
     .help = "epoch seconds; 0 for never"},
    {.name = "signature",
     .type = PARAM_SLUG,
     .help = "32 hex digits, as robin sign makes them"},
    {.name = "g", .type = PARAM_WORD, .words = g, .help = "the word g"},
    {.name = "cluster", .type = PARAM_SLUG, .help = "the cluster"},
    {.name = "hosts", .type = PARAM_SLUG, .help = "one host, or several"},
    {.name = "family", .type = PARAM_LEAF, .help = "the family"},
    {.name = "picture",
     .type = PARAM_TIME,
     .help = "FROM~TO[,OPTION...].EXT in absolute times"},
    {0},
};

const struct route route_signed = {
    .name = "signed",
    .path = "/s",
    .args = args,
    .args_min = 7,
    .methods = HTTP_READ,
    .pools = POOL_ANY,
    .flags = ROUTE_TAIL | ROUTE_PICTURE,
    .answer = answer,
    .summary = "a frozen picture, or its numbers, by a signed address",
    .media = "image/png,image/svg+xml,application/json,text/csv",
    .schema = "{\"$ref\":\"#/components/schemas/Graph\"}",
};
