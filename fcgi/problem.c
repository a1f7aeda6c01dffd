/* SPDX-License-Identifier: MIT */
/* An error as an answer: see problem.h. */
#include "fcgi/problem.h"

#include <stdio.h>

#include "core/html.h"

static void
svg(struct reply *r, int status, const char *message)
{
	buf_fmt(&r->body,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"600\" "
		"height=\"80\" viewBox=\"0 0 600 80\">"
		"<rect width=\"600\" height=\"80\" fill=\"#fff\"/>"
		"<g fill=\"#1f2933\" font-family=\"system-ui,sans-serif\">"
		"<text x=\"16\" y=\"32\" font-size=\"16\">%d %s</text>"
		"<text x=\"16\" y=\"56\" font-size=\"12\">",
		status, http_reason(status));
	html_text(&r->body, message);
	buf_str(&r->body, "</text></g></svg>\n");
}

void
problem_answer(struct reply *r, const struct request *req, int status,
	       const struct err *err)
{
	reply_problem(r, status, err_name(err->code), err->msg, req->target);
	if (request_wants(req, ".svg")) {
		buf_reset(&r->body);
		r->type = "image/svg+xml";
		svg(r, status, err->msg);
	}
}
