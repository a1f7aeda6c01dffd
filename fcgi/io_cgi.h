/* SPDX-License-Identifier: MIT */
/* Plain CGI (RFC 3875): variables from the environment, one request. */
#ifndef FCGI_IO_CGI_H
#define FCGI_IO_CGI_H

#include "fcgi/io.h"

/* The one request of this process, on standard input and output. */
struct io *io_cgi(void);

#endif
