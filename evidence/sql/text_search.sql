-- How search takes text apart. Needs the extension unaccent.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'portal') THEN
        CREATE TEXT SEARCH CONFIGURATION portal (COPY = english);
    END IF;
    IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'portal_words') THEN
        CREATE TEXT SEARCH CONFIGURATION portal_words (COPY = simple);
    END IF;
END $$;

-- English stems without accents, to find and to rank.
ALTER TEXT SEARCH CONFIGURATION portal
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;

-- Words as they are written, without accents, to tell typing errors from rare words.
ALTER TEXT SEARCH CONFIGURATION portal_words
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
