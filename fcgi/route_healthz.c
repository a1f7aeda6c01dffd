/* SPDX-License-Identifier: MIT */
/*
 * /healthz: this process answers.  It stays 200 on a full disk, so that no
 * supervisor kills what still serves, but says so; /readyz and /health say
 * how the rest is.
 */
#include <sys/statvfs.h>

#include "fcgi/serve.h"

static int
answer(struct exchange *x, struct err *err)
{
	struct statvfs disk;

	(void)err;
	buf_str(&x->reply->body, "ok\n");
	if (statvfs(x->serve->state, &disk) == 0 &&
	    (disk.f_bavail == 0 || (disk.f_files > 0 && disk.f_favail == 0)))
		buf_str(&x->reply->body,
			"warning: the state folder's disk is full\n");
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
