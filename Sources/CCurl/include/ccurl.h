// Typed forms of libcurl's calls with a variable number of arguments, which Swift cannot make.
#ifndef LOCKSTEP_CCURL_H
#define LOCKSTEP_CCURL_H

#include <curl/curl.h>

CURLcode lockstep_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode lockstep_curl_set_text(CURL *handle, CURLoption option, const char *value);

#endif
