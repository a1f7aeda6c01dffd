/* SPDX-License-Identifier: MIT */
/* An error as an answer: a problem document, or a picture that says why. */
#ifndef FCGI_PROBLEM_H
#define FCGI_PROBLEM_H

#include "core/err.h"
#include "fcgi/reply.h"
#include "fcgi/request.h"

/*
 * Makes the reply an error of that status: RFC 9457 JSON, but a small
 * picture with the message for a target that ends in .png or .svg, because
 * that is what a wiki can show.  Headers set before (Allow) are kept.
 */
void problem_answer(struct reply *r, const struct request *req, int status,
		    const struct err *err);

#endif
