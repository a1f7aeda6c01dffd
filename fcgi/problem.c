/* SPDX-License-Identifier: MIT */
/* An error as an answer: see problem.h. */
#include "fcgi/problem.h"

#include <stdio.h>
#include <string.h>

#include "core/html.h"
#include "fcgi/target.h"
#include "rrd/graph_error.h"

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

static void
png(struct reply *r, const struct request *req, int status, const char *message)
{
	unsigned width, height;
	char title[64];
	size_t json = r->body.len;
	bool dark;

	target_guess(req->target, &width, &height, &dark);
	(void)snprintf(title, sizeof(title), "%d %s", status,
		       http_reason(status));
	/* appended behind the JSON, which stays when there are no fonts */
	if (graph_error_png(title, message, width, height, dark, &r->body,
			    NULL) != 0) {
		buf_cut(&r->body, json);
		return;
	}
	memmove(r->body.data, r->body.data + json, r->body.len - json);
	buf_cut(&r->body, r->body.len - json);
	r->type = "image/png";
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
	} else if (request_wants(req, ".png")) {
		png(r, req, status, err->msg);
	} else {
		return;
	}
	reply_header(r, "Cross-Origin-Resource-Policy", "cross-origin");
}
