FROM python:3.13-slim
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps . \
  && useradd --create-home helpdesk && mkdir /data && chown helpdesk /data
USER helpdesk
EXPOSE 8000
CMD ["helpdesk", "serve", "--host", "0.0.0.0"]
