-- What became of these change stories: the latest word on consent and erasure, whatever the cut.
SELECT DISTINCT ON (about) about, fact
FROM timeline_1
WHERE source = 'measurement' AND about = ANY ($1::uuid[])
    AND fact IN ('measurement.story-consent-given', 'measurement.story-consent-withdrawn',
                 'measurement.story-erased')
ORDER BY about, sequence DESC
