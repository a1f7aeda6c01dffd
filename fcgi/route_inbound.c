/* SPDX-License-Identifier: MIT */
/*
 * /api/v1/alerts/inbound: alerts of other programs, as Alertmanager's webhook
 * receiver or its v2 API sends them.  202 means that they are on the disk for
 * robin-alert, which shows, groups and tells them like its own.
 */
#include "fcgi/ask.h"

const struct route route_inbound = {
    .name = "inbound",
    .path = "/api/v1/alerts/inbound",
    .methods = HTTP_BIT(HTTP_POST),
    .pools = POOL_BIT(POOL_DATA),
    .flags = ROUTE_TOKEN,
    .answer = ask_inbound,
    .summary = "takes alerts of other programs: Alertmanager's webhook "
	       "document, or an array of its v2 API",
    .media = "application/json",
    .body = "{\"oneOf\":[{\"type\":\"object\",\"required\":[\"alerts\"],"
	    "\"properties\":{\"alerts\":{\"$ref\":"
	    "\"#/components/schemas/InboundAlerts\"}}},{\"$ref\":"
	    "\"#/components/schemas/InboundAlerts\"}]}",
    .schema = "{\"type\":\"object\",\"required\":[\"alerts\"],\"properties\":"
	      "{\"alerts\":{\"type\":\"integer\"}}}",
};
