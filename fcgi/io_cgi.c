/* SPDX-License-Identifier: MIT */
/* Plain CGI: see io_cgi.h. */
#include "fcgi/io_cgi.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/file.h"

static const char *
cgi_param(struct io *io, const char *name)
{
	(void)io;
	return getenv(name);
}

static int
cgi_write(struct io *io, const void *data, size_t len)
{
	(void)io;
	return file_write_all(STDOUT_FILENO, data, len);
}

static ssize_t
cgi_read(struct io *io, void *data, size_t size)
{
	ssize_t n;

	(void)io;
	do
		n = read(STDIN_FILENO, data, size);
	while (n < 0 && errno == EINTR);
	return n;
}

struct io *
io_cgi(void)
{
	static struct io io = {
	    .param = cgi_param,
	    .write = cgi_write,
	    .read = cgi_read,
	};

	return &io;
}
