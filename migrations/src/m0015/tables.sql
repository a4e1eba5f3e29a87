-- When a token was used is written again and again, in place: room on each page keeps these updates HOT.
ALTER TABLE api_tokens SET (fillfactor = 70);
