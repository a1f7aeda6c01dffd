/* SPDX-License-Identifier: MIT */
/* FastCGI connections through libfcgi: see io_fcgi.h. */
#include "fcgi/io_fcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/file.h"
#include "fcgi/wire.h"

#define READ_TIMEOUT_S	2
#define WRITE_TIMEOUT_S 10
#define FITS_BYTES	32768 /* a fresh socket takes them at once */
#define PEEK_BYTES	65536
#define LEFTOVER_BYTES	65536

/*
 * What is written: records of up to 64 KiB (FastCGI 1.0, section 3.3), where
 * the library would make 8 KiB ones, and the end of the request in the same
 * write as the last of them: the peer wakes once for most answers.
 */
#define HEADER_BYTES 8
#define RECORD_BYTES 65528 /* of content; a multiple of 8 */
#define END_BYTES    (HEADER_BYTES + HEADER_BYTES + 8)
#define TYPE_STDOUT  6
#define TYPE_END     3

static struct {
	struct io io;
	FCGX_Request request;
	volatile int fd; /* the connection, or -1; read by a signal handler */
	size_t len;	 /* content gathered in out */
	bool patient;	 /* a write may wait, but not for ever */
	bool gone;	 /* a write failed */
	unsigned char out[HEADER_BYTES + RECORD_BYTES + END_BYTES];
} one = {.fd = -1};

static void
put_header(unsigned char *at, int type, size_t content)
{
	unsigned id = (unsigned)one.request.requestId;

	at[0] = 1;
	at[1] = (unsigned char)type;
	at[2] = (unsigned char)(id >> 8);
	at[3] = (unsigned char)id;
	at[4] = (unsigned char)(content >> 8);
	at[5] = (unsigned char)content;
	at[6] = at[7] = 0;
}

/* How long a call on the socket may wait; set where it may have to. */
static void
wait_at_most(int fd, int which, int seconds)
{
	struct timeval t = {.tv_sec = seconds};

	(void)setsockopt(fd, SOL_SOCKET, which, &t, sizeof(t));
}

/* Sends what is gathered as a record, with extra bytes behind it. */
static int
flush(size_t extra)
{
	size_t skip = one.len == 0 ? HEADER_BYTES : 0;

	if (!one.patient && one.len > FITS_BYTES) {
		one.patient = true;
		wait_at_most(one.fd, SO_SNDTIMEO, WRITE_TIMEOUT_S);
	}
	put_header(one.out, TYPE_STDOUT, one.len);
	if (!one.gone &&
	    file_write_all(one.fd, one.out + skip,
			   HEADER_BYTES - skip + one.len + extra) != 0)
		one.gone = true;
	one.len = 0;
	return one.gone ? -1 : 0;
}

static const char *
fcgi_param(struct io *io, const char *name)
{
	(void)io;
	return FCGX_GetParam(name, one.request.envp);
}

static int
fcgi_write(struct io *io, const void *data, size_t len)
{
	const char *p = data;

	(void)io;
	while (len > 0 && !one.gone) {
		size_t n = RECORD_BYTES - one.len;

		if (n > len)
			n = len;
		memcpy(one.out + HEADER_BYTES + one.len, p, n);
		one.len += n;
		p += n;
		len -= n;
		if (one.len == RECORD_BYTES)
			(void)flush(0);
	}
	return one.gone ? -1 : 0;
}

static ssize_t
fcgi_read(struct io *io, void *data, size_t size)
{
	int n =
	    FCGX_GetStr(data, size < 65536 ? (int)size : 65536, one.request.in);

	(void)io;
	if (n == 0 && FCGX_GetError(one.request.in) != 0)
		return -1;
	return n;
}

int
io_fcgi_init(struct err *err)
{
	int rc;

	/* by default it waits up to 2 s for the peer to close first */
	(void)setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1);
	rc = FCGX_Init();
	if (rc != 0)
		return err_set(err, ERR_INTERNAL, "FastCGI library: code %d",
			       rc);
	one.io = (struct io){
	    .param = fcgi_param,
	    .write = fcgi_write,
	    .read = fcgi_read,
	};
	return 0;
}

/* What has arrived so far, as wire_check says; waits when it is nothing. */
static int
look(int fd, int flags)
{
	static unsigned char peek[PEEK_BYTES];
	ssize_t n;

	do
		n = recv(fd, peek, sizeof(peek), MSG_PEEK | flags);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (flags & MSG_DONTWAIT) != 0 && errno == EAGAIN)
		return 0;
	return n > 0 ? wire_check(peek, (size_t)n) : -1;
}

/* Whether it can be a sane request: most have arrived whole, with nothing to
 * wait for. */
static bool
looks_sane(int fd)
{
	int rc = look(fd, MSG_DONTWAIT);

	if (rc != 0)
		return rc > 0;
	wait_at_most(fd, SO_RCVTIMEO, READ_TIMEOUT_S);
	return look(fd, 0) >= 0;
}

struct io *
io_fcgi_accept(int fd)
{
	one.fd = fd;
	one.patient = false;
	if (!looks_sane(fd)) {
		one.fd = -1;
		(void)close(fd);
		return NULL;
	}
	/* no listening socket: a bad request ends in -1, not in a new accept */
	FCGX_InitRequest(&one.request, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	one.len = 0;
	one.gone = false;
	one.request.ipcFd = fd;
	/* it finishes a request before it takes one: keep the connection */
	one.request.keepConnection = 1;
	if (FCGX_Accept_r(&one.request) != 0) {
		/* the library has closed it */
		one.fd = -1;
		return NULL;
	}
	return &one.io;
}

/* The empty record that ends the output, and the end of the request. */
static void
put_end(unsigned char *at)
{
	put_header(at, TYPE_STDOUT, 0);
	put_header(at + HEADER_BYTES, TYPE_END, 8);
	memset(at + HEADER_BYTES + HEADER_BYTES, 0, 8);
}

void
io_fcgi_finish(struct io *io, bool complete)
{
	char rest[4096];
	size_t total = 0;
	ssize_t n;
	int fd = one.fd;

	/* what the peer still has to say is read, or close would reset it */
	while (total < LEFTOVER_BYTES &&
	       (n = io->read(io, rest, sizeof(rest))) > 0)
		total += (size_t)n;
	if (complete) {
		put_end(one.out + HEADER_BYTES + one.len);
		(void)flush(END_BYTES);
	}
	one.fd = -1;
	FCGX_Free(&one.request, 0);
	(void)close(fd);
}

void
io_fcgi_cut(void)
{
	int fd = one.fd;

	if (fd >= 0)
		(void)shutdown(fd, SHUT_RDWR);
}
