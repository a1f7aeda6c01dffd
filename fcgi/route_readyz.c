/* SPDX-License-Identifier: MIT */
/* /readyz: whether there is anything to answer with: the state folder can be
 * read and holds a series. */
#include "fcgi/serve.h"

static int
answer(struct exchange *x, struct err *err)
{
	struct latest *l = query_latest(&x->serve->query, err);

	if (l == NULL || latest_count(l) == 0) {
		x->reply->status = 503;
		return err_set(err, ERR_BUSY, "nothing was stored yet");
	}
	buf_str(&x->reply->body, "ready\n");
	return 0;
}

const struct route route_readyz = {
    .name = "readyz",
    .path = "/readyz",
    .methods = HTTP_READ,
    .pools = POOL_ANY,
    .answer = answer,
    .summary = "whether there is data to answer with",
    .media = "text/plain",
};
