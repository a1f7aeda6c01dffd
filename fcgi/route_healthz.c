/* SPDX-License-Identifier: MIT */
/* /healthz: this process answers.  Nothing else is looked at, so a sick disk
 * does not make a supervisor kill what still serves; /readyz and /health say
 * how the rest is. */
#include "fcgi/serve.h"

static int
answer(struct exchange *x, struct err *err)
{
	(void)err;
	buf_str(&x->reply->body, "ok\n");
	return 0;
}

const struct route route_healthz = {
    .name = "healthz",
    .path = "/healthz",
    .methods = HTTP_READ,
    .pools = POOL_ANY,
    .answer = answer,
    .summary = "whether the server is alive",
    .media = "text/plain",
};
