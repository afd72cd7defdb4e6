-- Functions that keep lists in step and answer from them run as the owner, whom row-level security binds unless it is a
-- superuser: it may read every template and deployment, whoever asks. What is told of them the functions decide.
SET LOCAL lock_timeout = '5s';
SET LOCAL search_path = marketplace;

CREATE POLICY templates_functions ON templates FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY template_deployments_functions ON template_deployments FOR SELECT TO CURRENT_USER USING (true);
