/* SPDX-License-Identifier: MIT */
/* JSON Schemas (2020-12) that the routes' rows refer to. */
#ifndef FCGI_SCHEMAS_H
#define FCGI_SCHEMAS_H

/* The "components" member of the OpenAPI document, one JSON object. */
extern const char schemas_components[];

#endif
