-- The step that an edition is rated at must be one of the scale that it is rated on. Django has no foreign key over two
-- columns; PostgreSQL has.

ALTER TABLE evidence_edition
    DROP CONSTRAINT IF EXISTS strength_step_is_of_its_scale,
    ADD CONSTRAINT strength_step_is_of_its_scale
        FOREIGN KEY (strength_step_id, strength_scale_id) REFERENCES centres_ratinglevel (id, scale_id)
        DEFERRABLE INITIALLY DEFERRED,
    DROP CONSTRAINT IF EXISTS cost_step_is_of_its_scale,
    ADD CONSTRAINT cost_step_is_of_its_scale
        FOREIGN KEY (cost_step_id, cost_scale_id) REFERENCES centres_ratinglevel (id, scale_id)
        DEFERRABLE INITIALLY DEFERRED;
